import type { Message } from '@countersign/message-bus';
import type { ViewDefinition, ViewRow } from './view-store.ts';
import type { ViewTable } from './view-table.ts';

/** A read model: which messages it wants, which rows they touch, and how they change them. */
export interface Projection<Row extends ViewRow = ViewRow> {
  readonly view: ViewDefinition;
  readonly table: ViewTable<Row>;
  readonly topics: readonly string[];
  /**
   * Keys of rows that the message needs loaded. A message that certainly begins a row may leave it out: the row is
   * then taken as absent.
   */
  needs(message: Message): readonly string[];
  /** Never throws for a recorded event: it degrades and reports. Repeated messages change nothing. */
  apply(message: Message): void;
}

/** A projection of rows of any type: what a host runs side by side. */
// biome-ignore lint/suspicious/noExplicitAny: rows of different projections are of different types
export type AnyProjection = Projection<any>;
