import type { Position } from '@countersign/event-store';

/** A row of a view: JSON values; the columns named in the definition are also kept for queries. */
export type ViewRow = { readonly [column: string]: unknown };

/** A read model's shape. Not versioned in place: another shape is another name (`calls.v2`), filled from the ledger. */
export interface ViewDefinition {
  readonly name: string;
  /** Columns that queries use, beside the key. */
  readonly columns: { readonly [column: string]: 'text' | 'integer' };
  /** Column lists to index; queries are served by these only. */
  readonly indexes: readonly (readonly string[])[];
}

export interface ViewQuery {
  /** Equal to all of these. */
  readonly where?: { readonly [column: string]: string | number };
  /** Rows whose column is not null and at most this; ordered by that column. */
  readonly due?: { readonly column: string; readonly max: number };
  /** Keys after this one (exclusive); for pages in key order. */
  readonly after?: string;
  readonly limit: number;
}

export interface ViewWrite {
  readonly view: string;
  /** `null` deletes. */
  readonly row: ViewRow | null;
  readonly key: string;
}

/**
 * Where views are kept. Disposable: with the files deleted, everything is rebuilt from the ledger. Rows and the
 * checkpoint of the group that wrote them change in one transaction.
 */
export interface ViewStore {
  /** Creates what is missing; drops views of the group that are defined differently or no longer, with its checkpoint. */
  open(group: string, definitions: readonly ViewDefinition[]): Promise<Position>;
  commit(group: string, writes: readonly ViewWrite[], checkpoint: Position): Promise<void>;
  /** Rows by key; absent ones are left out. */
  get(view: string, keys: readonly string[]): Promise<Map<string, ViewRow>>;
  query(view: string, query: ViewQuery): Promise<{ key: string; row: ViewRow }[]>;
  close(): Promise<void>;
}
