import type { EventStore } from '@countersign/event-store';
import { createMemoryEventStore } from '@countersign/event-store/memory';
import { manualClock, seededIds } from '@countersign/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { replaced } from '../testing/replaced.ts';
import type { AuditRead } from './events.ts';
import { createAuditTrail } from './trail.ts';

const read = (count: number): AuditRead => ({
  type: 'audit-read.v1',
  data: {
    by: { kind: 'user', id: 'olga' },
    what: 'events',
    filter: { types: null, subject: null, after: null },
    count,
  },
});

function trailOn(store: EventStore, clock = manualClock(), seed = 1) {
  return { clock, trail: createAuditTrail({ store, clock, ids: seededIds(clock, seed) }) };
}

/** A ledger on which somebody else takes the place in the stream that some of our appends are meant for. */
function contested(strikes: readonly boolean[]): EventStore {
  const store = createMemoryEventStore();
  let appends = 0;
  const append: EventStore['append'] = (stream, expected, events) => {
    if (strikes[appends % strikes.length]) {
      const metadata = { id: `foreign-${appends}`, time: '2026-11-21T12:00:00.000Z', organization: 'acme' };
      store.append(stream, expected, [{ type: 'audit-read.v1', data: { count: -1 }, metadata }]);
    }
    appends += 1;
    return store.append(stream, expected, events);
  };
  return replaced(store, 'append', () => append);
}

const counts = async (store: EventStore, stream: string) =>
  (await store.read(stream)).map(({ data }) => Number(data.count));

describe('the trail', () => {
  it('records everything once and in order, whoever else writes to the stream', async () => {
    const programs = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 12 });
    // Never five in a row: that many conflicts are given up.
    const strikes = fc.array(fc.boolean(), { maxLength: 6 }).map((some) => [...some.slice(0, 4), false]);
    await fc.assert(
      fc.asyncProperty(programs, strikes, async (bursts, struck) => {
        const store = contested(struck);
        const { trail } = trailOn(store);
        let next = 0;
        const recorded: boolean[] = [];
        for (const burst of bursts) {
          const all = Array.from({ length: burst }, () => trail.record('acme', read(next++)));
          recorded.push(...(await Promise.all(all)));
        }
        expect(recorded.every(Boolean)).toBe(true);
        const own = (await counts(store, 'audit-acme-20261121')).filter((count) => count >= 0);
        expect(own).toEqual(Array.from({ length: next }, (_, count) => count));
      }),
      { numRuns: 60 },
    );
  });

  it('records everything of several instances that write to one stream at once', async () => {
    const store = createMemoryEventStore();
    const trails = [1, 2, 3].map((seed) => trailOn(store, manualClock(), seed).trail);
    const recorded: boolean[] = [];
    for (let n = 0; n < 20; n += 1)
      recorded.push(...(await Promise.all(trails.map((trail) => trail.record('acme', read(n))))));
    expect(recorded.every(Boolean)).toBe(true);
    expect(await counts(store, 'audit-acme-20261121')).toHaveLength(60);
  });

  it('puts what comes during an append into one more', async () => {
    const store = createMemoryEventStore();
    let appends = 0;
    const counting = replaced(store, 'append', () => {
      appends += 1;
      return store.append;
    });
    const { trail } = trailOn(counting);
    await Promise.all(Array.from({ length: 100 }, (_, count) => trail.record('acme', read(count))));
    expect(appends).toBe(2);
  });

  it('goes on behind what an earlier process wrote', async () => {
    const store = createMemoryEventStore();
    for (let start = 0; start < 3; start += 1) {
      const { trail } = trailOn(store);
      for (let count = 0; count < 5; count += 1) {
        expect(await trail.record('acme', read(start * 5 + count))).toBe(true);
      }
    }
    expect(await counts(store, 'audit-acme-20261121')).toEqual(Array.from({ length: 15 }, (_, n) => n));
  });

  it('has a stream for each organization and UTC day', async () => {
    const store = createMemoryEventStore();
    const { trail, clock } = trailOn(store, manualClock('2026-11-21T23:59:59.999Z'));
    await trail.record('acme', read(1));
    await trail.record('globex', read(2));
    clock.advance(1);
    await trail.record('acme', read(3));
    expect(await counts(store, 'audit-acme-20261121')).toEqual([1]);
    expect(await counts(store, 'audit-globex-20261121')).toEqual([2]);
    expect(await counts(store, 'audit-acme-20261122')).toEqual([3]);
  });

  it('says so when it could not record, and records what comes later', async () => {
    const store = createMemoryEventStore();
    let full = true;
    const error = { code: 'StoreUnavailable', reason: 'overloaded', detail: 'full' } as const;
    const refused = { accepted: Promise.resolve(error), durable: Promise.resolve(error) };
    const failing = replaced(store, 'append', () => (full ? () => refused : store.append));
    const { trail } = trailOn(failing);
    expect(await trail.record('acme', read(1))).toBe(false);
    full = false;
    expect(await trail.record('acme', read(2))).toBe(true);
    expect(await counts(store, 'audit-acme-20261121')).toEqual([2]);
  });

  it('gives up against a writer that is always first', async () => {
    const { trail } = trailOn(contested([true]));
    expect(await trail.record('acme', read(1))).toBe(false);
  });

  it('is durable when it says so', async () => {
    const sync = Promise.withResolvers<void>();
    const store = createMemoryEventStore({ sync: () => sync.promise });
    const { trail } = trailOn(store);
    let said = false;
    const recording = trail.record('acme', read(1)).then((recorded) => {
      said = recorded;
    });
    await store.read('audit-acme-20261121', { visibility: 'accepted' });
    await new Promise(setImmediate);
    expect(said).toBe(false);
    sync.resolve();
    await recording;
    expect(said).toBe(true);
  });
});
