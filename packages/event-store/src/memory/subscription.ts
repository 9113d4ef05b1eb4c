import type { BatchHandler, SubscribeOptions, Subscription } from '../event-store.ts';
import type { Durability } from './durability.ts';
import { inCategories, type MemoryLog } from './log.ts';

/** Reads on from a cursor whenever more has become visible: catch-up and live are the same loop here. */
export function subscribeToLog(
  log: MemoryLog,
  durability: Durability,
  options: SubscribeOptions,
  handler: BatchHandler,
): Subscription {
  const visible = () => (options.visibility === 'accepted' ? log.events.length : durability.position());
  const goal = visible();
  const maxBatch = options.maxBatch ?? 500;
  let cursor = options.after;
  let open = true;
  let wake: () => void = () => {};
  const caught = Promise.withResolvers<void>();
  // Whoever does not ask for it is not to be ended by its rejection.
  caught.promise.catch(() => {});
  const unlisten = durability.onChange(() => wake());

  const loop = async (): Promise<Error | null> => {
    // Not before the caller holds the subscription.
    await null;
    try {
      while (open && !durability.closed && !durability.error()) {
        const head = visible();
        if (cursor >= goal) caught.resolve();
        if (cursor >= head) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
          continue;
        }
        const page = log.events.slice(cursor, Math.min(head, cursor + maxBatch));
        const position = cursor + page.length;
        const events = page.filter((event) => inCategories(event, options.categories));
        await handler({ events, position });
        cursor = position;
      }
      return durability.error();
    } catch (cause) {
      return cause instanceof Error ? cause : new Error(String(cause));
    } finally {
      unlisten();
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
