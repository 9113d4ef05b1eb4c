import { categoryOf } from '@countersign/event-sourcing';
import type {
  BatchHandler,
  EventBatch,
  Position,
  SubscribeOptions,
  Subscription,
  Visibility,
} from '@countersign/event-store';
import type { Tail } from '../ledger/tail.ts';
import type { DiskPage, DiskPages } from './disk-pages.ts';

/** Most events per delivery unless the subscriber says otherwise. */
const DEFAULT_MAX_BATCH = 500;

export interface SubscriptionSource {
  readonly tail: Tail;
  readonly pages: DiskPages;
  readonly durable: Position;
  readonly error: Error | null;
  readonly closed: boolean;
  /** Calls back when more has become visible or the store has ended; returns how to stop that. */
  onChange(visibility: Visibility, listener: () => void): () => void;
}

/**
 * Reads on from a cursor: from disk while it lies before the tail, from the tail afterwards. Because both are ranges of
 * one gapless order of positions, the switch can neither skip nor repeat an event.
 */
export function startSubscription(
  source: SubscriptionSource,
  options: SubscribeOptions,
  handler: BatchHandler,
): Subscription {
  const { tail, pages } = source;
  const categories = options.categories ? new Set(options.categories) : null;
  const maxBatch = options.maxBatch ?? DEFAULT_MAX_BATCH;
  const visibility = options.visibility ?? 'durable';
  const visible = () => (visibility === 'accepted' ? tail.head : source.durable);
  const goal = visible();
  const caught = Promise.withResolvers<void>();
  // Whoever does not ask for it is not to be ended by its rejection.
  caught.promise.catch(() => {});
  let cursor = options.after;
  let page: DiskPage | null = null;
  let open = true;
  let wake: () => void = () => {};
  const stopListening = source.onChange(visibility, () => wake());
  const running = () => open && !source.closed && !source.error;

  const next = async (until: Position): Promise<EventBatch> => {
    if (cursor >= tail.start) {
      page = null;
      const position = Math.min(until, cursor + maxBatch);
      const events = tail.slice(cursor, position, maxBatch);
      return {
        events: categories ? events.filter((event) => categories.has(categoryOf(event.stream))) : events,
        position,
      };
    }
    // Everything before the tail is durable.
    if (!page || page.until <= cursor || page.after > cursor) page = await pages.load(cursor, tail.start);
    const position = Math.min(page.until, cursor + maxBatch);
    return { events: page.events(cursor, position, categories), position };
  };

  const loop = async (): Promise<Error | null> => {
    // Not before the caller holds the subscription.
    await null;
    try {
      while (running()) {
        if (cursor >= goal) caught.resolve();
        const until = visible();
        if (cursor >= until) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
          continue;
        }
        const batch = await next(until);
        if (!running()) break;
        const handled = handler(batch);
        if (handled) await handled;
        cursor = batch.position;
      }
      return source.error;
    } catch (cause) {
      return cause instanceof Error ? cause : new Error(String(cause));
    } finally {
      stopListening();
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
      open = false;
      wake();
      await ended;
    },
  };
}
