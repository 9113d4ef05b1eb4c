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
/** Who is no further behind than this reads every event on the way, with all others: nobody has to be asked for it. */
const SPARSE_DISTANCE = 1_000;

interface SubscriptionSource {
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
  let hasCaughtUp = false;
  /** Its categories, until they turn out to hold many events. */
  let sparse = categories;
  let cursor = options.after;
  let page: DiskPage | null = null;
  let open = true;
  /** A handler or a page is waited for; it goes on when that has come. */
  let busy = false;
  let finished = false;
  const running = () => open && !source.closed && !source.error;

  const ending = Promise.withResolvers<Error | null>();
  const finish = (error: Error | null) => {
    if (finished) return;
    finished = true;
    stopListening();
    ending.resolve(error);
    caught.reject(error ?? new Error('the subscription was closed before it had caught up'));
  };
  const fail = (cause: unknown) => finish(cause instanceof Error ? cause : new Error(String(cause)));

  /** Goes on when `promise` has settled. */
  const wait = <T>(promise: Promise<T>, then: (value: T) => void) => {
    busy = true;
    promise.then((value) => {
      busy = false;
      then(value);
      step();
    }, fail);
  };
  const deliver = (batch: EventBatch) => {
    const handled = handler(batch);
    if (handled) wait(handled, () => moveTo(batch.position));
    else moveTo(batch.position);
  };
  const moveTo = (position: Position) => {
    cursor = position;
  };
  /** Delivers what lies before the tail; everything there is durable. */
  const deliverFromDisk = (until: Position) => {
    if (page && page.until > cursor && page.after <= cursor) {
      deliver(page.batch(cursor, until, categories, maxBatch));
    } else if (sparse && tail.start - cursor > SPARSE_DISTANCE) {
      wait(pages.loadSparse(cursor, tail.start, sparse), (loaded) => {
        page = loaded;
        if (!loaded) sparse = null;
      });
    } else {
      wait(pages.load(cursor, tail.start), (loaded) => {
        page = loaded;
      });
    }
  };
  const deliverFromTail = (until: Position) => {
    page = null;
    const position = Math.min(until, cursor + maxBatch);
    deliver({ events: tail.slice(cursor, position, categories), position });
  };
  /** Synchronous as long as the handler is: a live event costs no promise. */
  const step = () => {
    try {
      while (!busy && running()) {
        if (!hasCaughtUp && cursor >= goal) {
          hasCaughtUp = true;
          caught.resolve();
        }
        const until = visible();
        if (cursor >= until) return;
        if (cursor >= tail.start) deliverFromTail(until);
        else deliverFromDisk(until);
      }
      if (!running() && !busy) finish(source.error);
    } catch (cause) {
      fail(cause);
    }
  };
  const stopListening = source.onChange(visibility, step);
  // Not before the caller holds the subscription.
  queueMicrotask(step);

  return {
    caughtUp: caught.promise,
    ended: ending.promise,
    async close() {
      open = false;
      step();
      await ending.promise;
    },
  };
}
