import type { StoreError } from '../errors.ts';
import type { Position } from '../event.ts';
import type { Appended } from '../event-store.ts';

/** How far the log is durable, and who waits for it. */
export interface Durability {
  position(): Position;
  error(): Error | null;
  /** Something was accepted: start a sync if none runs. */
  accepted(): void;
  when(position: Position): Promise<void>;
  settle(appended: Appended): Promise<Appended | StoreError>;
  /** Called on every change of what is visible. */
  onChange(listener: () => void): () => void;
  readonly failed: Promise<Error>;
  readonly closed: boolean;
  close(): void;
}

/**
 * One sync at a time; each covers all that was accepted before it began. @param head position of the last
 * accepted event.
 */
export function createDurability(sync: () => Promise<void>, head: () => Position): Durability {
  let durable = 0;
  let error: Error | null = null;
  let running = false;
  let closed = false;
  let waiting: { position: Position; resolve: () => void; reject: (error: Error) => void }[] = [];
  const listeners = new Set<() => void>();
  let fail: (error: Error) => void = () => {};
  const failed = new Promise<Error>((resolve) => {
    fail = resolve;
  });

  const notify = () => {
    for (const listener of listeners) listener();
  };
  const run = async () => {
    running = true;
    try {
      while (durable < head()) {
        const target = head();
        await sync();
        durable = target;
        for (const waiter of waiting) if (waiter.position <= durable) waiter.resolve();
        waiting = waiting.filter((waiter) => waiter.position > durable);
        notify();
      }
    } catch (cause) {
      error = cause instanceof Error ? cause : new Error(String(cause));
      for (const waiter of waiting) waiter.reject(error);
      waiting = [];
      fail(error);
      notify();
    }
    running = false;
  };

  const when = (position: Position): Promise<void> => {
    if (position <= durable) return Promise.resolve();
    if (error) return Promise.reject(error);
    return new Promise((resolve, reject) => waiting.push({ position, resolve, reject }));
  };

  return {
    position: () => durable,
    error: () => error,
    accepted() {
      if (!running && !error) void run();
      notify();
    },
    when,
    settle: (appended) =>
      when(appended.position).then(
        () => appended,
        (cause: Error): StoreError => ({ code: 'OutcomeUnknown', detail: cause.message }),
      ),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    failed,
    get closed() {
      return closed;
    },
    close() {
      closed = true;
      notify();
    },
  };
}
