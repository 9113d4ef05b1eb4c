import type { RecordedEvent } from '@countersign/event-store';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOf, createBacklog, RELAY_BATCH_BYTES, RELAY_BATCH_EVENTS } from './backlog.ts';

const metadata = { id: 'event', time: '2026-11-01T00:00:00.000Z', organization: 'acme' };
const eventAt = (position: number, bytes: number): RecordedEvent => ({
  type: 'order-placed.v1',
  stream: 'order-1',
  version: position,
  position,
  data: { n: position },
  ...(bytes > 0 && { sealed: { key: 'key', ciphertext: 'c'.repeat(bytes), digests: {} } }),
  metadata,
});

describe('the backlog of a relay', () => {
  it('gives everything in order, in batches within both bounds, each as large as they allow', () => {
    const size = fc.oneof(fc.constant(0), fc.nat(350_000), fc.nat(2 * RELAY_BATCH_BYTES));
    const step = fc.oneof(fc.constant('take' as const), fc.array(size, { maxLength: 40 }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const backlog = createBacklog();
        let waiting: RecordedEvent[] = [];
        let position = 0;
        const total = (events: readonly RecordedEvent[]) =>
          events.reduce((sum, one) => sum + bytesOf(one), 0);
        for (const one of steps) {
          if (one === 'take') {
            const batch = backlog.take();
            expect(batch).toEqual(waiting.slice(0, batch.length));
            expect(batch.length === 0).toBe(waiting.length === 0);
            expect(batch.length <= 1 || total(batch) <= RELAY_BATCH_BYTES).toBe(true);
            const oneMore = waiting.slice(0, batch.length + 1);
            expect(oneMore.length === batch.length || total(oneMore) > RELAY_BATCH_BYTES).toBe(true);
            waiting = waiting.slice(batch.length);
          } else {
            const events = one.map((bytes) => eventAt(++position, bytes));
            backlog.push(events);
            waiting.push(...events);
          }
          expect([backlog.length, backlog.full]).toEqual([
            waiting.length,
            total(waiting) >= RELAY_BATCH_BYTES,
          ]);
        }
      }),
    );
  });

  it('bounds small events by their number', () => {
    const backlog = createBacklog();
    backlog.push(Array.from({ length: RELAY_BATCH_EVENTS + 1 }, (_, n) => eventAt(n + 1, 0)));
    expect(backlog.full).toBe(true);
    expect([backlog.take().length, backlog.take().length]).toEqual([RELAY_BATCH_EVENTS, 1]);
  });

  it('takes what is large in the clear part for large, too', () => {
    const event = { ...eventAt(1, 0), data: { schema: { names: ['n'.repeat(100_000)] } } };
    expect(bytesOf(event)).toBeGreaterThan(100_000);
    expect(bytesOf(event)).toBeLessThan(101_000);
  });
});
