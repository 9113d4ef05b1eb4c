import type { Position } from '@countersign/event-store';

/**
 * A row of a view: JSON values; the columns named in the definition are also kept for queries. A row is a value: it is
 * replaced by a new one, never changed in place, because the old one may be on its way to the disk.
 */
export type ViewRow = { readonly [column: string]: unknown };

/** A read model's shape. Not versioned in place: another shape is another name (`calls.v2`), filled from the ledger. */
export interface ViewDefinition {
  readonly name: string;
  /** Columns that queries use, beside the key. */
  readonly columns: { readonly [column: string]: 'text' | 'integer' };
  /** Column lists to index; the key is their last part. Queries are meant to be served by these only. */
  readonly indexes: readonly (readonly string[])[];
}

/** Which rows of a view, at most `limit`. */
export interface ViewQuery {
  /** Equal to all of these. */
  readonly where?: { readonly [column: string]: string | number };
  /** Rows whose column is not null and at most this; ordered by that column, then by key. */
  readonly due?: { readonly column: string; readonly max: number };
  /** Keys after this one (exclusive); for pages in key order, so not together with `due`. */
  readonly after?: string;
  readonly limit: number;
}

/** A row to be stored in the place of the one there is. */
export interface ViewWrite {
  readonly view: string;
  /** `null` deletes. */
  readonly row: ViewRow | null;
  readonly key: string;
}

/**
 * Where views are kept. Disposable: with the files deleted, everything is rebuilt from the ledger. Rows and the
 * checkpoint of the group that wrote them change in one transaction. Calls are carried out in their order.
 *
 * Promises reject with a `RangeError` for what the definition does not allow (a column that is not declared, a value
 * of another type) and with a `ViewStoreFailure` when the store can't go on.
 */
export interface ViewStore {
  /**
   * Creates the group's views and tells its checkpoint. If a definition is new, different or gone since the last time,
   * all views of the group are dropped and the checkpoint is 0: a rebuild always starts from nothing. So it does if the
   * checkpoint is beyond `head`, the ledger's last position: the rows are then those of another ledger (an older backup
   * was restored).
   */
  open(group: string, definitions: readonly ViewDefinition[], head: Position): Promise<Position>;
  /** Stores the rows in their order, and the checkpoint; all or nothing. */
  commit(group: string, writes: readonly ViewWrite[], checkpoint: Position): Promise<void>;
  /** Rows by key; absent ones are left out. */
  get(view: string, keys: readonly string[]): Promise<Map<string, ViewRow>>;
  /** Rows in key order, or in the order of `due`. */
  query(view: string, query: ViewQuery): Promise<{ key: string; row: ViewRow }[]>;
  close(): Promise<void>;
}

/** The store can't go on (full disk, damaged file, closed); nothing of the failed commit was stored. */
export interface ViewStoreFailure extends Error {
  readonly code: 'ViewStoreFailed';
}

/** Nothing of the operation is stored; the detail is for the log. */
export function viewStoreFailure(detail: string): ViewStoreFailure {
  return Object.assign(new Error(detail), { code: 'ViewStoreFailed' as const });
}
