import type { Visibility } from '@countersign/event-store';

/** Who waits for more events, by what they may see. */
export interface ChangeListeners {
  on(visibility: Visibility, listener: () => void): () => void;
  /** `durable`: at once. `accepted`: once at the end of this turn of the event loop, however often it is said in it. */
  notify(visibility: Visibility): void;
}

/**
 * Everything that is accepted in one turn of the event loop is delivered together: with many calls at a time a
 * subscriber is called once for all of them, and an append has returned before anybody sees its events.
 */
export function createChangeListeners(): ChangeListeners {
  const listeners: Record<Visibility, Set<() => void>> = { accepted: new Set(), durable: new Set() };
  let scheduled = false;
  const call = (visibility: Visibility) => {
    for (const listener of listeners[visibility]) listener();
  };
  return {
    on(visibility, listener) {
      listeners[visibility].add(listener);
      return () => listeners[visibility].delete(listener);
    },
    notify(visibility) {
      if (visibility === 'durable') return call('durable');
      if (scheduled) return;
      scheduled = true;
      setImmediate(() => {
        scheduled = false;
        call('accepted');
      });
    },
  };
}
