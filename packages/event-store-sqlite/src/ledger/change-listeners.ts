import type { Visibility } from '@countersign/event-store';

/** Who waits for more events, by what they may see. */
export interface ChangeListeners {
  on(visibility: Visibility, listener: () => void): () => void;
  notify(visibility: Visibility): void;
}

export function createChangeListeners(): ChangeListeners {
  const listeners: Record<Visibility, Set<() => void>> = { accepted: new Set(), durable: new Set() };
  return {
    on(visibility, listener) {
      listeners[visibility].add(listener);
      return () => listeners[visibility].delete(listener);
    },
    notify(visibility) {
      for (const listener of listeners[visibility]) listener();
    },
  };
}
