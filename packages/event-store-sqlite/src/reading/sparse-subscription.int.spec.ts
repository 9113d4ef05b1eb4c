import type { NewEvent, RecordedEvent } from '@countersign/event-store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SqliteEventStore } from '../sqlite-event-store.ts';
import { newDirectory, openLedger, removeDirectory } from '../testing/open-ledger.ts';
import { SPARSE_EVENTS } from '../threads/reader-protocol.ts';

const event = (id: string): NewEvent => ({
  type: 'happened',
  data: {},
  metadata: { id, time: '2026-03-01T12:00:00.000Z', organization: 'acme' },
});
const batch = (name: string, count: number) =>
  Array.from({ length: count }, (_, at) => event(`${name}-${at}`));

/** Every so many streams one of a category of few, between many others. */
const EVERY = 500;
const BATCH = 50;

let directory: string;
let store: SqliteEventStore | undefined;
beforeEach(() => {
  directory = newDirectory();
});
afterEach(async () => {
  await store?.close();
  removeDirectory(directory);
});

/** Opened again, so that nothing is in memory. */
async function reopened(fill: (ledger: SqliteEventStore) => Promise<void>): Promise<SqliteEventStore> {
  const first = await openLedger({ directory });
  await fill(first);
  await first.close();
  store = await openLedger({ directory });
  return store;
}

/** Appends this many events to streams `many-…`, and one to a stream of each of the others now and then. */
async function fillWith(ledger: SqliteEventStore, count: number, others: readonly string[]): Promise<void> {
  for (let at = 0; at < count; at += BATCH) {
    const name = String(at).padStart(8, '0');
    await ledger.append(`many-${name}`, 'no-stream', batch(name, BATCH)).durable;
    if (at % EVERY !== 0) continue;
    for (const other of others) await ledger.append(`${other}-${name}`, 'no-stream', [event(name)]).durable;
  }
}

describe('who follows categories of few events', () => {
  it('gets all of them in order, passes the rest in one step, and goes on live', async () => {
    const ledger = await reopened((first) => fillWith(first, 6_000, ['few', 'rare', 'fewer']));
    const wanted: RecordedEvent[] = [];
    let batches = 0;
    let reached = 0;
    const subscription = ledger.subscribe(
      { after: 3, categories: ['few', 'rare'] },
      ({ events, position }) => {
        batches += 1;
        wanted.push(...events);
        reached = position;
      },
    );
    await subscription.caughtUp;
    expect([batches, reached]).toEqual([1, ledger.durablePosition]);

    await ledger.append('many-live', 'no-stream', batch('live', 2)).durable;
    const last = await ledger.append('rare-live', 'no-stream', [event('live')]).durable;
    await subscription.close();
    const oracle: RecordedEvent[] = [];
    let after = 3;
    while (after < ledger.durablePosition) {
      const page = await ledger.readPage({ after, limit: 1_000 });
      oracle.push(...page.events.filter(({ stream }) => /^(few|rare)-/.test(stream)));
      after = page.position;
    }
    expect(wanted).toEqual(oracle);
    expect(wanted.at(-1)?.position).toBe('position' in last && last.position);
  });

  it('gets them in parts, if it takes no more at once', async () => {
    const ledger = await reopened((first) => fillWith(first, 6_000, ['few']));
    const sizes: number[] = [];
    const options = { after: 0, categories: ['few'], maxBatch: 5 };
    const subscription = ledger.subscribe(options, ({ events }) => void sizes.push(events.length));
    await subscription.caughtUp;
    await subscription.close();
    expect(sizes).toEqual([5, 5, 2]);
  });

  it('gets all of them too where they have become many', async () => {
    const count = SPARSE_EVENTS + BATCH;
    const ledger = await reopened((first) => fillWith(first, count, ['few']));
    let last = 0;
    let seen = 0;
    const subscription = ledger.subscribe({ after: 0, categories: ['few', 'many'] }, ({ events }) => {
      for (const { position } of events) {
        expect(position).toBe(last + 1);
        last = position;
      }
      seen += events.length;
    });
    await subscription.caughtUp;
    await subscription.close();
    expect(seen).toBe(count + Math.ceil(count / EVERY));
  });
});
