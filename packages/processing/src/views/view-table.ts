import { createRecentlyUsed } from '@countersign/event-store';
import type { ViewRow, ViewWrite } from './view-store.ts';

/** Default bound of rows in memory per view. */
export const DEFAULT_CACHED_ROWS = 2_000;

/**
 * One view's rows in memory: changed ones until they are written, recent ones up to a bound. A projection reads and
 * writes rows here, synchronously; the host loads missing rows before and writes changed ones behind.
 */
export interface ViewTable<Row extends ViewRow> {
  readonly name: string;
  /** The row, `null` if there is none, `undefined` if it has to be loaded first. */
  peek(key: string): Row | null | undefined;
  /** The row or `undefined`; the host has loaded it. */
  get(key: string): Row | undefined;
  put(key: string, row: Row): void;
  delete(key: string): void;
  /** Takes a row from the store, unless a newer one is here. */
  loaded(key: string, row: Row | null): void;
  /** From here to `release` no row leaves the memory: what was seen or loaded is there when it is applied to. */
  hold(): void;
  release(): void;
  /** Rows to write; they stay readable here. `written` is called when they are stored, before the next call. */
  takeChanges(): { writes: ViewWrite[]; written(): void };
  /** Changed rows that nobody has taken. */
  changes(): number;
}

/** A table that holds its changed rows, and at most `bound` others. */
export function createViewTable<Row extends ViewRow>(
  name: string,
  bound = DEFAULT_CACHED_ROWS,
): ViewTable<Row> {
  // A key is in the first of these that has it: changed, being written, as stored.
  let dirty = new Map<string, Row | null>();
  let writing = new Map<string, Row | null>();
  const clean = createRecentlyUsed<Row | null>(bound);
  /** What was seen or loaded since `hold`, if it is held. */
  let held: Map<string, Row | null> | null = null;

  const peek = (key: string): Row | null | undefined => {
    const changed = dirty.get(key);
    if (changed !== undefined) return changed;
    const pending = writing.get(key);
    if (pending !== undefined) return pending;
    const seen = held?.get(key);
    if (seen !== undefined) return seen;
    const stored = clean.get(key);
    if (stored !== undefined) held?.set(key, stored);
    return stored;
  };
  const keep = (key: string, row: Row | null) => {
    (held ?? clean).set(key, row);
  };
  const change = (key: string, row: Row | null) => {
    dirty.set(key, row);
    held?.delete(key);
    clean.delete(key);
  };

  return {
    name,
    peek,
    get: (key) => peek(key) ?? undefined,
    put: (key, row) => change(key, row),
    delete: (key) => change(key, null),
    loaded(key, row) {
      if (peek(key) === undefined) keep(key, row);
    },
    hold() {
      held ??= new Map();
    },
    release() {
      const kept = held ?? [];
      held = null;
      for (const [key, row] of kept) keep(key, row);
    },
    takeChanges() {
      writing = dirty;
      dirty = new Map();
      const writes = Array.from(writing, ([key, row]) => ({ view: name, key, row }));
      return {
        writes,
        written() {
          // The first ones would leave again at once.
          let leaving = held ? 0 : writing.size - bound;
          for (const [key, row] of writing) {
            // Not to be found in an older version either.
            clean.delete(key);
            if (leaving > 0) leaving -= 1;
            else keep(key, row);
          }
          writing = new Map();
        },
      };
    },
    changes: () => dirty.size,
  };
}
