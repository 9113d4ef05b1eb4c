import type {
  BatchHandler,
  Position,
  RecordedEvent,
  SubscribeOptions,
  Subscription,
} from '@countersign/event-store';
import { backoffMs, createGiveUp, pause } from './backoff.ts';
import type { LedgerClient } from './client.ts';
import type { Feed } from './feed.ts';
import type { Head } from './head.ts';
import type { LedgerReading } from './reading.ts';
import { isOfLedger, streamPattern } from './streams.ts';

const DEFAULT_MAX_BATCH = 500;
/** A subscription that is quiet for so long, although the ledger has grown, looks how far it is. */
const QUIET_MS = 200;

export interface SubscriptionSource {
  readonly client: Pick<LedgerClient, 'follow'>;
  readonly reading: Pick<LedgerReading, 'page'>;
  readonly head: Pick<Head, 'position' | 'observe'>;
}

/**
 * Follows the ledger for ever: however the client's subscription ends, another begins behind what has been handled. So
 * the switch from one to the next neither skips nor repeats an event.
 */
export function startSubscription(
  source: SubscriptionSource,
  { after, categories, maxBatch = DEFAULT_MAX_BATCH }: SubscribeOptions,
  handler: BatchHandler,
): Subscription {
  const caught = Promise.withResolvers<void>();
  // Whoever does not ask for it is not to be ended by its rejection.
  caught.promise.catch(() => {});
  const stopped = createGiveUp();
  let running = true;
  let feed: Feed | null = null;
  let cursor: Position = after;

  const deliver = async (events: readonly RecordedEvent[], position: Position) => {
    if (!running || position <= cursor) return;
    await handler({ events, position });
    cursor = position;
    source.head.observe(position);
  };
  /** Handles what a feed brings until it ends; says whether it brought anything. */
  const handle = async (feed: Feed): Promise<boolean> => {
    let alive = false;
    while (running) {
      const { events, covered, caughtUp } = feed.take(maxBatch);
      alive ||= events.length > 0 || caughtUp;
      const last = Math.max(events.at(-1)?.position ?? 0, covered ?? 0);
      const fresh = events.filter((stored) => stored.position > cursor && isOfLedger(stored));
      await deliver(
        fresh.flatMap(({ event }) => event ?? []),
        last,
      );
      if (caughtUp) caught.resolve();
      if (events.length > 0) continue;
      if (feed.ended) break;
      const changed = await feed.changed(QUIET_MS);
      if (!changed && caughtUp && source.head.position > cursor) await cover();
    }
    return alive;
  };
  /**
   * The server says only now and then how far a filtered subscription is. Where it stays quiet, reading on tells whether
   * anything that is wanted stands behind the cursor.
   */
  const cover = async () => {
    const filter = categories ? { categories } : {};
    const page = await source.reading.page({ after: cursor, limit: 1, ...filter }).catch(() => null);
    if (page?.events.length === 0) await deliver([], page.position);
  };

  const loop = async (): Promise<Error | null> => {
    // Not before the caller holds the subscription.
    await null;
    try {
      for (let failures = 0; running; failures += 1) {
        feed = source.client.follow(cursor, streamPattern(categories));
        try {
          if (await handle(feed)) failures = 0;
        } finally {
          feed.close();
        }
        if (running) await pause(backoffMs(failures), stopped.signal);
      }
      return null;
    } catch (cause) {
      return cause instanceof Error ? cause : new Error(String(cause));
    }
  };
  const ended = loop().then((error) => {
    caught.reject(error ?? new Error('the subscription was closed before it had caught up'));
    return error;
  });

  return {
    caughtUp: caught.promise,
    ended,
    async close() {
      running = false;
      stopped.abort();
      feed?.close();
      await ended;
    },
  };
}
