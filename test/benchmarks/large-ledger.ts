import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readAll } from '@countersign/event-store';
import { isOpenError, openSqliteEventStore } from '@countersign/event-store-sqlite';
import { startStandalone, temporaryDirectory } from '@countersign/testing';
import { type Figure, milliseconds, perSecond } from './figure.ts';
import { BENCH_PLANS, load, register } from './processes.ts';

const EVENTS_PER_CALL = 8;
const SMALL_EVENTS = 10_000;
const SECONDS = 6;

const env = { COUNTERSIGN_ACCESS_PLANS: BENCH_PLANS, COUNTERSIGN_LOG_LEVEL: 'warn' };

/** What a large ledger costs: rebuilding everything from it, and calls on top of it. Filled by real calls. */
export async function measureLargeLedger(events: number): Promise<Figure[]> {
  const directory = await temporaryDirectory();
  const dataDirectory = directory.path;
  try {
    let product = await startStandalone({ dataDirectory, env });
    const key = await register(product);
    const fill = (count: number) =>
      load(product.url, key, {
        connections: 64,
        seconds: 1_200,
        count: Math.ceil(count / EVENTS_PER_CALL),
        mode: 'whole',
      });
    const verdicts = () => load(product.url, key, { connections: 32, seconds: SECONDS, mode: 'whole' });
    await fill(SMALL_EVENTS);
    const small = await verdicts();
    await fill(events);
    const large = await verdicts();
    await product.stop();

    const empty = await temporaryDirectory();
    const emptyStart = await startTime(empty.path);
    await empty[Symbol.asyncDispose]();
    for (const suffix of ['', '-wal', '-shm'])
      await rm(join(dataDirectory, `views.sqlite${suffix}`), { force: true });
    const rebuild = (await startTime(dataDirectory)) - emptyStart;
    const { read, count } = await readEverything(dataDirectory);
    product = await startStandalone({ dataDirectory, env });
    await product.stop();
    return [
      {
        name: `rebuild of all state from ${count.toLocaleString('en')} events`,
        figure: `${(rebuild / 1000).toFixed(2)} s`,
        floor: `${(read / 1000).toFixed(2)} s`,
        ratio: read / rebuild,
        target: { atLeast: 0.6 },
      },
      {
        name: 'throughput on the large ledger against the small one',
        figure: perSecond(large.perSecond),
        floor: perSecond(small.perSecond),
        ratio: small.perSecond / large.perSecond,
        target: { atMost: 1.2 },
      },
      {
        name: 'p99 on the large ledger against the small one',
        figure: milliseconds(large.p99Ms),
        floor: milliseconds(small.p99Ms),
        ratio: large.p99Ms / small.p99Ms,
        target: { atMost: 1.2 },
      },
    ];
  } finally {
    await directory[Symbol.asyncDispose]();
  }
}

/** From the start of the process to its readiness, ms. */
async function startTime(dataDirectory: string): Promise<number> {
  const begin = performance.now();
  const product = await startStandalone({ dataDirectory, env });
  const took = performance.now() - begin;
  await product.stop();
  return took;
}

/** A decoded read of every event, ms. */
async function readEverything(directory: string): Promise<{ read: number; count: number }> {
  const store = await openSqliteEventStore({ directory });
  if (isOpenError(store)) throw new Error(store.detail);
  const begin = performance.now();
  let count = 0;
  for await (const page of readAll(store)) count += page.events.length;
  const read = performance.now() - begin;
  await store.close();
  return { read, count };
}
