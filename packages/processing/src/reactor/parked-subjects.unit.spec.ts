import { createMemoryCheckpoints } from '@countersign/event-store/memory';
import type { Message } from '@countersign/message-bus';
import { describe, expect, it } from 'vitest';
import { createParkedSubjects } from './parked-subjects.ts';

const at = (position: number): Message => ({
  id: `event-${position}`,
  type: 'order.placed',
  topic: 'orders',
  service: 'shop',
  subject: 'order-a',
  sequence: position,
  position,
  time: '2026-11-01T00:00:00.000Z',
  organization: 'acme',
  data: {},
});

async function load(parking = createMemoryCheckpoints()) {
  const parked = createParkedSubjects({ group: 'g', parking, now: () => 0 });
  await parked.load();
  return parked;
}

describe('parked subjects', () => {
  it('knows what is parked, what is behind it, and what comes before', async () => {
    const parked = await load();
    await parked.park(at(5), 'a', 'poisoned', 1);
    await parked.park(at(7), 'a', null, 0);
    expect([4, 5, 6, 7, 8].map((position) => parked.standing('a', position))).toEqual([
      'clear',
      'parked',
      'behind',
      'parked',
      'behind',
    ]);
    expect(parked.standing('b', 8)).toBe('clear');
  });

  it('lets pass what comes before the first that is still parked', async () => {
    const parked = await load();
    for (const position of [5, 7, 9]) await parked.park(at(position), 'a', null, 0);
    const [first, second] = await parked.list('a');
    parked.release(first!);
    expect([5, 6, 7].map((position) => parked.standing('a', position))).toEqual(['clear', 'clear', 'parked']);
    parked.release(second!);
    expect([7, 8, 9].map((position) => parked.standing('a', position))).toEqual(['clear', 'clear', 'parked']);
    await parked.park(at(6), 'a', 'poisoned', 1);
    expect([5, 7].map((position) => parked.standing('a', position))).toEqual(['clear', 'behind']);
  });

  it('counts each message once, across a reload', async () => {
    const parking = createMemoryCheckpoints();
    const parked = await load(parking);
    await parked.park(at(5), 'a', 'poisoned', 1);
    await parked.park(at(5), 'a', 'poisoned', 1);
    await parked.park(at(6), 'b', 'poisoned', 1);
    expect(parked.count()).toBe(2);
    const again = await load(parking);
    expect(again.count()).toBe(2);
    expect(again.standing('a', 6)).toBe('behind');
    for (const event of await again.list()) again.release(event);
    for (const event of await parked.list()) again.release(event);
    expect(again.count()).toBe(0);
    expect(again.standing('a', 6)).toBe('clear');
  });

  it('forgets nothing that happens while all of it is learnt anew', async () => {
    const lot = createMemoryCheckpoints();
    const listed = Promise.withResolvers<void>();
    let slow = false;
    const parking = {
      ...lot,
      async list(filter: Parameters<typeof lot.list>[0]) {
        const events = await lot.list(filter);
        if (slow) await listed.promise;
        return events;
      },
    };
    const parked = createParkedSubjects({ group: 'g', parking, now: () => 0 });
    await parked.park(at(5), 'a', 'poisoned', 1);
    slow = true;
    const learning = parked.load();
    await parked.park(at(6), 'b', 'poisoned', 1);
    parked.release({ subject: 'a', position: 5 });
    listed.resolve();
    await learning;
    expect(parked.count()).toBe(1);
    expect([parked.standing('a', 6), parked.standing('b', 7)]).toEqual(['clear', 'behind']);
  });
});
