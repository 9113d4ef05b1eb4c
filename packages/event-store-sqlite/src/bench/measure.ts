import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { isStoreError } from '@countersign/event-store';
import type { SqliteEventStore } from '../sqlite-event-store.ts';
import type { Samples } from './sample.ts';

/** Times in microseconds. */
export interface Latency {
  readonly mean: number;
  readonly p50: number;
  readonly p99: number;
}

function latencyOf(microseconds: readonly number[]): Latency {
  const sorted = [...microseconds].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  const total = sorted.reduce((sum, each) => sum + each, 0);
  return {
    mean: Math.round(total / Math.max(1, sorted.length)),
    p50: Math.round(at(0.5)),
    p99: Math.round(at(0.99)),
  };
}

const now = () => performance.now() * 1000;

/** The floor of every durable append: write and `fsync` one page, as SQLite does, in a file that has its length. */
export function measureSync(directory: string, rounds: number): Latency {
  const page = Buffer.alloc(4096);
  const file = openSync(join(directory, 'floor'), 'w');
  for (let at = 0; at < 1_000; at += 1) writeSync(file, page, 0, page.length, at * page.length);
  fsyncSync(file);
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const start = now();
    writeSync(file, page, 0, page.length, (round % 1_000) * page.length);
    fsyncSync(file);
    times.push(now() - start);
  }
  closeSync(file);
  return latencyOf(times);
}

/** Durable events per second of batches to new streams, `inFlight` at a time, for each part of the run. */
export async function measureBatches(
  store: SqliteEventStore,
  samples: Samples,
  options: {
    readonly events: number;
    readonly batch: number;
    readonly inFlight: number;
    readonly parts: number;
  },
): Promise<number[]> {
  const perPart = Math.floor(options.events / options.batch / options.parts);
  const rates: number[] = [];
  for (let part = 0; part < options.parts; part += 1) {
    let left = perPart;
    const start = now();
    const append = async () => {
      while (left > 0) {
        left -= 1;
        const { stream, events } = samples.batch(options.batch);
        const result = await store.append(stream, 'no-stream', events).durable;
        if (isStoreError(result)) throw new Error(JSON.stringify(result));
      }
    };
    await Promise.all(Array.from({ length: options.inFlight }, append));
    rates.push(Math.round((perPart * options.batch) / ((now() - start) / 1e6)));
  }
  return rates;
}

/** One append of one event at a time: until accepted, and until durable. */
export async function measureSingle(
  store: SqliteEventStore,
  samples: Samples,
  rounds: number,
): Promise<{ accepted: Latency; durable: Latency }> {
  const accepted: number[] = [];
  const durable: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const { stream, events } = samples.batch(1);
    const start = now();
    const receipt = store.append(stream, 'no-stream', events);
    await receipt.accepted;
    accepted.push(now() - start);
    const result = await receipt.durable;
    if (isStoreError(result)) throw new Error(JSON.stringify(result));
    durable.push(now() - start);
  }
  return { accepted: latencyOf(accepted), durable: latencyOf(durable) };
}

/** Decoded events per second of reading the whole ledger in pages. */
export async function measureReading(store: SqliteEventStore): Promise<number> {
  const start = now();
  let count = 0;
  for (let after = 0; after < store.durablePosition; ) {
    const page = await store.readPage({ after, limit: 1_000 });
    count += page.events.length;
    after = page.position;
  }
  return Math.round(count / ((now() - start) / 1e6));
}

/** The ledger's events per second while several subscriptions catch up from the first event together. */
export async function measureCatchUp(store: SqliteEventStore, subscriptions: number): Promise<number> {
  const start = now();
  const started = Array.from({ length: subscriptions }, () => store.subscribe({ after: 0 }, () => {}));
  await Promise.all(started.map((subscription) => subscription.caughtUp));
  const seconds = (now() - start) / 1e6;
  await Promise.all(started.map((subscription) => subscription.close()));
  return Math.round(store.durablePosition / seconds);
}
