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
import type { LiveFeed, Reader, SharedFeed } from './live/live-feed.ts';
import { isOfLedger, streamPattern } from './streams.ts';

const DEFAULT_MAX_BATCH = 500;

interface SubscriptionSource {
  readonly client: Pick<LedgerClient, 'follow'>;
  readonly feeds: SharedFeed;
  readonly head: Pick<Head, 'observe'>;
}

/**
 * Follows the ledger for ever: catches up by a subscription of its own, then reads the process's live feed; where it has
 * fallen behind what the feed holds, it catches up again. Because both give ranges of one order of positions, the switch
 * from one to the other neither skips nor repeats an event.
 */
export function startSubscription(
  { client, feeds, head }: SubscriptionSource,
  { after, categories, maxBatch = DEFAULT_MAX_BATCH, eachPosition = false }: SubscribeOptions,
  handler: BatchHandler,
): Subscription {
  const caught = Promise.withResolvers<void>();
  // Whoever does not ask for it is not to be ended by its rejection.
  caught.promise.catch(() => {});
  const stopped = createGiveUp();
  const wanted = categories ? new Set(categories) : null;
  const reader: Reader = { categories, eachPosition, needs: after, wake() {} };
  let live: LiveFeed | null = null;
  let running = true;
  let own: Feed | null = null;
  let cursor: Position = after;

  const deliver = async (events: readonly RecordedEvent[], position: Position) => {
    if (!running || position <= cursor) return;
    head.observe(position);
    await handler({ events, position });
    cursor = position;
  };
  /** Handles what a subscription brings, until all has come that was stored when it began, `known` with it. */
  const handleStored = async (feed: Feed, known: Position): Promise<'caught-up' | 'alive' | 'dead'> => {
    let alive = false;
    while (running) {
      const { events, covered, caughtUp } = feed.take(maxBatch);
      alive ||= events.length > 0;
      const fresh = events.filter((stored) => stored.position > cursor && isOfLedger(stored));
      await deliver(
        fresh.flatMap(({ event }) => event ?? []),
        Math.max(events.at(-1)?.position ?? 0, covered ?? 0, caughtUp ? known : 0),
      );
      if (caughtUp) return 'caught-up';
      if (events.length === maxBatch) continue;
      if (feed.ended) break;
      await feed.changed();
    }
    return alive ? 'alive' : 'dead';
  };
  const catchUp = async (live: LiveFeed) => {
    for (let failures = 0; running; failures += 1) {
      // It stands in the ledger: a subscription that begins now has passed it when it has caught up.
      const known = live.position;
      reader.needs = known;
      own = client.follow(cursor, streamPattern(categories), 'some');
      const came = await handleStored(own, known).finally(() => own?.close());
      if (came === 'caught-up') {
        caught.resolve();
        if (live.holds(reader, cursor)) return;
      }
      if (came !== 'dead') failures = 0;
      if (running && came !== 'caught-up') await pause(backoffMs(failures), stopped.signal);
    }
  };
  const goOn = async (live: LiveFeed) => {
    while (running && live.holds(reader, cursor)) {
      const { events, position } = live.after(cursor, wanted, maxBatch);
      if (position > cursor) {
        await deliver(events, position);
        reader.needs = cursor;
      } else {
        await new Promise<void>((resolve) => {
          reader.wake = resolve;
        });
      }
    }
  };

  const loop = async (): Promise<Error | null> => {
    // Not before the caller holds the subscription.
    await null;
    const joined = feeds.join(reader);
    live = joined;
    try {
      while (running) {
        await catchUp(joined);
        await goOn(joined);
      }
      return null;
    } catch (cause) {
      return cause instanceof Error ? cause : new Error(String(cause));
    } finally {
      feeds.leave(reader);
    }
  };
  const ended = loop().then((error) => {
    caught.reject(error ?? new Error('the subscription was closed before it had caught up'));
    return error;
  });

  return {
    caughtUp: caught.promise,
    ended,
    hasten(position) {
      if (position > cursor) live?.hasten(position);
    },
    async close() {
      running = false;
      stopped.abort();
      own?.close();
      reader.wake();
      await ended;
    },
  };
}
