import type { RecordedEvent } from '@countersign/event-store';
import { describe, expect, it } from 'vitest';
import { createTail, MOST_BYTES, MOST_EVENTS } from './tail.ts';

function at(position: number, stream = 'order-1', ciphertext = ''): RecordedEvent {
  const metadata = { id: `e${position}`, time: '2026-03-01T12:00:00.000Z', organization: 'acme' };
  const sealed = { key: 'k', ciphertext, digests: {} };
  return { type: 'order.placed', data: {}, sealed, metadata, stream, version: position, position };
}
const places = (events: readonly RecordedEvent[]) => events.map(({ position }) => position);

describe('the tail', () => {
  it('gives what comes behind a cursor, and how far it has looked', () => {
    const tail = createTail(10);
    tail.push([at(12), at(15), at(17, 'tool-1')], 20);
    const all = tail.after(12, null, 9);
    expect([places(all.events), all.position]).toEqual([[15, 17], 20]);
    const cut = tail.after(10, null, 2);
    expect([places(cut.events), cut.position]).toEqual([[12, 15], 15]);
    const tools = tail.after(10, new Set(['tool']), 9);
    expect([places(tools.events), tools.position]).toEqual([[17], 20]);
    expect(tail.after(20, null, 9)).toEqual({ events: [], position: 20 });
  });

  it('drops what nobody needs, and never more than has come', () => {
    const tail = createTail(0);
    tail.push([at(3), at(6)], 8);
    tail.drop(3);
    expect([tail.start, places(tail.after(3, null, 9).events)]).toEqual([3, [6]]);
    tail.drop(100);
    expect([tail.start, tail.position]).toEqual([8, 8]);
  });

  it('drops the oldest when a reader leaves too many or too much there', () => {
    const many = createTail(0);
    const events = Array.from({ length: MOST_EVENTS + 1 }, (_, index) => at(index + 1));
    many.push(events, events.length);
    expect(many.start).toBeGreaterThan(MOST_EVENTS / 2 - 2);
    expect(places(many.after(many.start, null, 1).events)).toEqual([many.start + 1]);

    const large = createTail(0);
    const text = 'x'.repeat(MOST_BYTES / 4);
    for (let position = 1; position <= 5; position += 1)
      large.push([at(position, 'order-1', text)], position);
    expect(large.start).toBeGreaterThan(0);
    expect(places(large.after(large.start, null, 9).events).at(-1)).toBe(5);
  });
});
