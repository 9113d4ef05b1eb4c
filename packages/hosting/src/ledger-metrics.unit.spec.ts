import { createMemoryEventStore } from '@countersign/event-store/memory';
import { createMetrics } from '@countersign/telemetry';
import { describe, expect, it } from 'vitest';
import { measuredLedger, TIMED_EVERY } from './ledger-metrics.ts';

const event = (id: string) => ({
  type: 'thing-happened.v1',
  data: {},
  metadata: { id, time: '2026-11-21T12:00:00.000Z', organization: 'acme' },
});
const counts = async (metrics: ReturnType<typeof createMetrics>) => {
  const text = await metrics.expose();
  return ['ledger_append_seconds', 'ledger_durable_seconds'].map(
    (name) => new RegExp(`^${name}_count (\\d+)$`, 'm').exec(text)?.[1] ?? '0',
  );
};

describe('a measured ledger', () => {
  it('times one append in so many, to its acceptance and to its being durable', async () => {
    const metrics = createMetrics();
    const sync = Promise.withResolvers<void>();
    const ledger = measuredLedger(createMemoryEventStore({ sync: () => sync.promise }), metrics);
    const receipts = Array.from({ length: 2 * TIMED_EVERY + 1 }, (_, index) =>
      ledger.append(`thing-${index}`, 'no-stream', [event(`e${index}`)]),
    );
    await Promise.all(receipts.map(({ accepted }) => accepted));
    expect(await counts(metrics)).toEqual(['2', '0']);
    sync.resolve();
    await Promise.all(receipts.map(({ durable }) => durable));
    expect(await counts(metrics)).toEqual(['2', '2']);
  });

  it('counts no append that was refused', async () => {
    const metrics = createMetrics();
    const ledger = measuredLedger(createMemoryEventStore(), metrics);
    for (let index = 0; index < TIMED_EVERY; index += 1) {
      await ledger.append('thing-1', 7, [event(`e${index}`)]).durable;
    }
    expect(await counts(metrics)).toEqual(['0', '0']);
  });

  it('is the ledger in everything else, as it stands at each moment', async () => {
    const store = createMemoryEventStore();
    const ledger = measuredLedger(store, createMetrics());
    expect(ledger.acceptedPosition).toBe(0);
    await ledger.append('thing-1', 'no-stream', [event('e1')]).durable;
    expect([ledger.acceptedPosition, ledger.durablePosition]).toEqual([1, 1]);
    expect(await ledger.read('thing-1')).toEqual(await store.read('thing-1'));
    await ledger.close();
    const refused = await store.append('thing-1', 1, [event('e2')]).accepted;
    expect(refused).toMatchObject({ code: 'StoreUnavailable' });
  });
});
