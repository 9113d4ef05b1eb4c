import type { ViewDefinition, ViewQuery } from '@countersign/processing';

/** What a column holds. */
export type Cell = string | number | null;

/**
 * Writes of one view in one flat array, because that is what crosses threads most cheaply: per write the key, the
 * columns in the definition's order, and the row's JSON; `null` in its place deletes.
 */
export interface ViewBatch {
  readonly view: string;
  readonly cells: readonly Cell[];
}

/** What the worker can be asked, by operation: the question's parts and its answer. */
export interface Operations {
  open: {
    ask: { group: string; definitions: readonly ViewDefinition[]; description: string; head: number };
    answer: number;
  };
  commit: { ask: { group: string; batches: readonly ViewBatch[]; checkpoint: number }; answer: null };
  /** JSON per key, in the order of the keys; `null` for absent rows. */
  get: { ask: { view: string; keys: readonly string[] }; answer: (string | null)[] };
  /** Key and JSON by turns. */
  query: { ask: { view: string; query: ViewQuery }; answer: string[] };
  close: { ask: Record<never, never>; answer: null };
}

/** The name of an operation. */
export type Operation = keyof Operations;

/** A question as it crosses to the worker; its answer comes back under the same `id`. */
export type Request = {
  [O in Operation]: { readonly operation: O } & Operations[O]['ask'];
}[Operation];

/** Answers come in the order of the questions. `discarded`: the file was deleted, for this reason; views start from nothing. */
export type Reply =
  | { readonly answer: Operations[Operation]['answer'] }
  | { readonly failure: string }
  | { readonly discarded: string };
