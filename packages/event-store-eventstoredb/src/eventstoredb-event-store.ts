import {
  type CheckpointStore,
  DEFAULT_MAX_EVENT_BYTES,
  type EventStore,
  type ParkingLot,
  type StoreUnavailable,
  type Subscription,
} from '@countersign/event-store';
import { createAppending } from './appending.ts';
import { createGiveUp } from './backoff.ts';
import { createCheckpoints } from './checkpoints.ts';
import { type CannotOpen, openClient } from './client.ts';
import { createHead } from './head.ts';
import { createSharedFeed } from './live/live-feed.ts';
import { createParkingLot } from './parking-lot.ts';
import { createReading } from './reading.ts';
import { startSubscription } from './subscription.ts';

/** Largest append, all events together in bytes of JSON: what EventStoreDB takes by default. */
export const DEFAULT_MAX_APPEND_BYTES = 1024 * 1024;
/** How long the server may be silent before an append's outcome counts as unknown, or a read as failed. */
export const DEFAULT_TIMEOUT_MS = 10_000;
/** How long closing waits for checkpoints and parked events to be written. */
const CLOSE_WITHIN_MS = 5_000;

/** Which server, how long to wait for it (ms), and the largest event and append (bytes). */
export interface EventStoreDbOptions {
  /** `esdb://user:password@host:port?tls=true`; the same that every client of it takes. */
  readonly url: string;
  readonly timeoutMs?: number;
  readonly maxEventBytes?: number;
  readonly maxAppendBytes?: number;
}

/** The ledger, its checkpoints and its parked events, all on one server. */
export type EventStoreDbEventStore = EventStore & CheckpointStore & ParkingLot;

/**
 * Opens the ledger in EventStoreDB: one for a process. Never rejects: a server that can't be read now is
 * `StoreUnavailable`, and may be tried again.
 */
export async function openEventStoreDb(
  options: EventStoreDbOptions,
): Promise<EventStoreDbEventStore | CannotOpen | StoreUnavailable> {
  const client = openClient(options.url, options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  if ('code' in client) return client;
  const head = await createHead(client).catch((cause: unknown) => String(cause));
  if (typeof head === 'string') {
    await client.close();
    return { code: 'StoreUnavailable', reason: 'unreachable', detail: head };
  }
  const givenUp = createGiveUp();
  const reading = createReading(client, head);
  const appending = createAppending(client, head, {
    maxEventBytes: options.maxEventBytes ?? DEFAULT_MAX_EVENT_BYTES,
    maxAppendBytes: options.maxAppendBytes ?? DEFAULT_MAX_APPEND_BYTES,
  });
  const checkpoints = createCheckpoints(client, givenUp.signal);
  const parking = createParkingLot(client, givenUp.signal);
  const feeds = createSharedFeed({ client, head, appending });
  const subscriptions = new Set<Subscription>();
  const end = async () => {
    await appending.stop();
    await Promise.all([...subscriptions].map((subscription) => subscription.close()));
    const late = setTimeout(() => givenUp.abort(), CLOSE_WITHIN_MS);
    await Promise.all([checkpoints.flush(), parking.flush()]);
    clearTimeout(late);
    givenUp.abort();
    head.close();
    await client.close();
  };
  let ending: Promise<void> | null = null;

  return {
    append: appending.append,
    read: reading.read,
    readPage: reading.page,
    subscribe(subscription, handler) {
      const started = startSubscription({ client, feeds, head }, subscription, handler);
      subscriptions.add(started);
      void started.ended.then(() => subscriptions.delete(started));
      if (ending) void started.close();
      return started;
    },
    get acceptedPosition() {
      return head.position;
    },
    get durablePosition() {
      return head.position;
    },
    whenDurable: head.reached,
    // A server that is away comes back; nothing here is ahead of it.
    failed: new Promise(() => {}),
    load: checkpoints.load,
    save: checkpoints.save,
    park: parking.park,
    release: parking.release,
    list: parking.list,
    close() {
      ending ??= end();
      return ending;
    },
  };
}
