import { isOpenError } from '../open-error.ts';
import { openSqliteEventStore } from '../sqlite-event-store.ts';
import {
  type Latency,
  measureBatches,
  measureCatchUp,
  measureReading,
  measureSingle,
  measureSync,
} from './measure.ts';
import { createSamples } from './sample.ts';

export type { Latency } from './measure.ts';

/** Figures of one run, rates in events per second, times in microseconds. */
export interface LedgerFigures {
  /** Write and sync of one page in the same directory: the floor of a durable append. */
  readonly sync: Latency;
  readonly accepted: Latency;
  readonly durable: Latency;
  /** Durable events per second in batches of 100, for each quarter of the run: flat if the cost does not grow. */
  readonly batches: readonly number[];
  /** The same in batches of 5, as the stages of a call write them, 32 at a time. */
  readonly smallBatches: readonly number[];
  readonly reading: number;
  readonly catchUpOfOne: number;
  readonly catchUpOfFive: number;
  /** Resident memory of the process at the end, in MB. */
  readonly residentMegabytes: number;
}

/** Runs the ledger's benchmark in an empty directory. */
export async function benchLedger(directory: string, events = 400_000): Promise<LedgerFigures> {
  const store = await openSqliteEventStore({ directory });
  if (isOpenError(store)) throw new Error(`${store.code}: ${store.detail}`);
  const samples = createSamples();
  const singles = Math.min(2_000, Math.ceil(events / 40));
  const sync = measureSync(directory, singles);
  // The first batches bring the write-ahead log to its usual length, as any process does in its first seconds.
  const batches = await measureBatches(store, samples, { events, batch: 100, inFlight: 32, parts: 4 });
  const smallBatches = await measureBatches(store, samples, {
    events: events / 4,
    batch: 5,
    inFlight: 32,
    parts: 2,
  });
  const { accepted, durable } = await measureSingle(store, samples, singles);
  const reading = await measureReading(store);
  const catchUpOfOne = await measureCatchUp(store, 1);
  const catchUpOfFive = await measureCatchUp(store, 5);
  const residentMegabytes = Math.round(process.memoryUsage().rss / 1e6);
  await store.close();
  return {
    sync,
    accepted,
    durable,
    batches,
    smallBatches,
    reading,
    catchUpOfOne,
    catchUpOfFive,
    residentMegabytes,
  };
}
