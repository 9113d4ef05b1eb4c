import type { RecordedEvent } from '@countersign/event-store';
import { describe, expect, it } from 'vitest';
import { createTail } from './tail.ts';

const recorded = (position: number, stream = `call-${position}`, version = 1): RecordedEvent => ({
  type: 'a',
  data: {},
  metadata: { id: `${position}`, time: '2026-03-01T12:00:00.000Z', organization: 'acme' },
  stream,
  version,
  position,
});

function tailOf(bounds: { events?: number; bytes?: number }, head = 0) {
  const forgotten: [string, number][] = [];
  const tail = createTail(head, {
    events: bounds.events ?? 1_000,
    bytes: bounds.bytes ?? 1_000_000,
    onForgotten: (stream, version) => forgotten.push([stream, version]),
  });
  return { tail, forgotten };
}

const positions = (events: readonly RecordedEvent[]) => events.map((event) => event.position);

describe('tail', () => {
  it('starts at the head of the ledger', () => {
    const { tail } = tailOf({}, 41);
    expect([tail.start, tail.head]).toEqual([41, 41]);
    tail.push(recorded(42), 1);
    expect([tail.start, tail.head]).toEqual([41, 42]);
  });

  it('keeps what is not durable, however much it is', () => {
    const { tail, forgotten } = tailOf({ events: 2 });
    for (let position = 1; position <= 10; position += 1) tail.push(recorded(position), 1);
    tail.trim(0);
    expect(tail.start).toBe(0);
    tail.trim(3);
    expect(tail.start).toBe(3);
    tail.trim(10);
    expect(tail.start).toBe(8);
    expect(positions(tail.slice(8, 10))).toEqual([9, 10]);
    expect(forgotten).toHaveLength(8);
  });

  it('is bounded by bytes too', () => {
    const { tail } = tailOf({ bytes: 100 });
    for (let position = 1; position <= 5; position += 1) tail.push(recorded(position), 40);
    tail.trim(5);
    expect([tail.start, tail.head]).toEqual([3, 5]);
  });

  it('gives ranges by position after thousands have passed', () => {
    const { tail } = tailOf({ events: 10 });
    for (let position = 1; position <= 5_000; position += 1) {
      tail.push(recorded(position), 1);
      tail.trim(position);
    }
    expect([tail.start, tail.head]).toEqual([4_990, 5_000]);
    expect(positions(tail.slice(4_990, 4_993))).toEqual([4_991, 4_992, 4_993]);
    expect(positions(tail.slice(4_997, 4_999))).toEqual([4_998, 4_999]);
    expect(tail.slice(5_000, 5_000)).toEqual([]);
  });

  it('forgets a stream with its last event, and tells its version', () => {
    const { tail, forgotten } = tailOf({ events: 2 });
    tail.push(recorded(1, 'call-a', 7), 1);
    tail.push(recorded(2, 'call-b', 1), 1);
    tail.push(recorded(3, 'call-a', 8), 1);
    tail.trim(3);
    expect(tail.ofStream('call-a').map((event) => event.version)).toEqual([8]);
    expect(forgotten).toEqual([]);
    tail.push(recorded(4, 'call-c', 1), 1);
    tail.push(recorded(5, 'call-c', 2), 1);
    tail.trim(5);
    expect(forgotten).toEqual([
      ['call-b', 1],
      ['call-a', 8],
    ]);
    expect(tail.ofStream('call-a')).toEqual([]);
  });
});
