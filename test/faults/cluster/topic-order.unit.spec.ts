import type { Message } from '@countersign/message-bus';
import { describe, expect, it } from 'vitest';
import { createTopicOrder } from './topic-order.ts';

const at = (position: number, more: object = {}) => ({
  topic: 'agent.tool',
  partition: 3,
  organization: 'acme',
  id: `event-${position}`,
  position,
  ...more,
});
const stored = [1, 2, 3].map((position) => ({
  ...at(position),
  type: 'agent.tool.requested',
  service: 'gateway',
  subject: 'toolcall-1',
}));
const judged = (...records: ReturnType<typeof at>[]) => {
  const order = createTopicOrder(stored as unknown as Message[]);
  for (const record of records) order.read(record);
  return order;
};

describe('what topics hold, against the store', () => {
  it('is right in order and complete, repeated or not', () => {
    const order = judged(at(1), at(2), at(1), at(2), at(3));
    expect(order.complaints()).toEqual([]);
    expect(order.repeated()).toBe(2);
    expect(order.isComplete()).toBe(true);
  });

  it('is wrong when a later event comes first', () => {
    expect(judged(at(1), at(3), at(2)).complaints()).toEqual([
      expect.stringMatching(/position 2 .* comes after .* position 3 /),
    ]);
  });

  it('is wrong once for each event that comes too late', () => {
    expect(judged(at(3), at(1), at(2)).complaints()).toHaveLength(2);
  });

  it('is wrong when an event never comes', () => {
    const order = judged(at(1), at(3));
    expect(order.isComplete()).toBe(false);
    expect(order.complaints()).toEqual([expect.stringContaining('position 2 is not there')]);
  });

  it('is wrong when an organization is in two partitions', () => {
    expect(judged(at(1), at(2, { partition: 4 }), at(3)).complaints()).not.toEqual([]);
  });
});
