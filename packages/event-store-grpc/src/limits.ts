/** Largest append, events together in bytes: what EventStoreDB takes by default. */
export const DEFAULT_MAX_APPEND_BYTES = 1024 * 1024;
/** Most events of one append. */
export const DEFAULT_MAX_APPEND_EVENTS = 10_000;
/** Largest message: clients cut large batches into parts of 3 MiB. */
export const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;
/** Calls that one connection may have open, subscriptions among them. */
export const MAX_CALLS_PER_CONNECTION = 1_000;
/** Appends of one batch call that are under way; beyond it the call is read no further. */
export const MAX_BATCHES_IN_FLIGHT = 256;
/** Batches of one call whose last part has not come. */
export const MAX_OPEN_BATCHES = 16;
/** Events that a read or a subscription takes from the store at a time. */
export const PAGE_EVENTS = 500;

/** Bounds of one append. */
export interface AppendLimits {
  readonly maxAppendBytes: number;
  readonly maxAppendEvents: number;
}
