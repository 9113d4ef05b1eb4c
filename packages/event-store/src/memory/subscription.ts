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
  let caught: () => void = () => {};
  const caughtUp = new Promise<void>((resolve) => {
    caught = resolve;
  });
  const unlisten = durability.onChange(() => wake());

  const loop = async (): Promise<Error | null> => {
    try {
      while (open) {
        const head = visible();
        if (cursor >= goal) caught();
        if (cursor >= head) {
          if (durability.error()) return durability.error();
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
      return null;
    } catch (cause) {
      return cause instanceof Error ? cause : new Error(String(cause));
    } finally {
      unlisten();
    }
  };
  const ended = loop();

  return {
    caughtUp,
    ended,
    async close() {
      open = false;
      wake();
      await ended;
    },
  };
}
