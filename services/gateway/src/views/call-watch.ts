import type { CallRow } from './call-row.ts';

/** Waits for changes of single calls: the announcing request, and long polls. */
export interface CallWatch {
  changed(row: CallRow): void;
  /**
   * The first row of the call that satisfies `until`, or `null` after `waitMs` or when the signal aborts. The caller
   * looks at the present row first.
   */
  next(
    id: string,
    until: (row: CallRow) => boolean,
    waitMs: number,
    signal?: AbortSignal,
  ): Promise<CallRow | null>;
  /** Ends every wait, also those to come, with `null`: what a call is now is all that can be told of it. */
  end(): void;
}

/** Takes what the call has become, or `null` when nobody shall wait any longer. */
type Watcher = (row: CallRow | null) => void;

/** Told of every row that changes in this process. */
export function createCallWatch(): CallWatch {
  const watchers = new Map<string, Set<Watcher>>();
  let ended = false;
  return {
    changed(row) {
      const all = watchers.get(row.id);
      if (all) for (const watcher of [...all]) watcher(row);
    },
    next: (id, until, waitMs, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted || ended) return resolve(null);
        const all = watchers.get(id) ?? new Set();
        watchers.set(id, all);
        const watcher = (row: CallRow | null) => {
          if (row !== null && !until(row)) return;
          clearTimeout(timer);
          signal?.removeEventListener('abort', abort);
          all.delete(watcher);
          if (all.size === 0) watchers.delete(id);
          resolve(row);
        };
        const abort = () => watcher(null);
        const timer = setTimeout(abort, waitMs);
        signal?.addEventListener('abort', abort, { once: true });
        all.add(watcher);
      }),
    end() {
      ended = true;
      for (const all of [...watchers.values()]) for (const watcher of [...all]) watcher(null);
    },
  };
}
