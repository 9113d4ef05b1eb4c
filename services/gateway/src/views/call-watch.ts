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
}

export function createCallWatch(): CallWatch {
  const watchers = new Map<string, Set<(row: CallRow) => void>>();
  return {
    changed(row) {
      const all = watchers.get(row.id);
      if (all) for (const watcher of [...all]) watcher(row);
    },
    next: (id, until, waitMs, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve(null);
        const all = watchers.get(id) ?? new Set();
        watchers.set(id, all);
        const finish = (row: CallRow | null) => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', abort);
          all.delete(watcher);
          if (all.size === 0) watchers.delete(id);
          resolve(row);
        };
        const watcher = (row: CallRow) => {
          if (until(row)) finish(row);
        };
        const abort = () => finish(null);
        const timer = setTimeout(abort, waitMs);
        signal?.addEventListener('abort', abort, { once: true });
        all.add(watcher);
      }),
  };
}
