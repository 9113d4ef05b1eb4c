import { describeStoreError, type StoreError } from '@countersign/event-store';

/**
 * What a reaction came to. A business refusal is `done` (it is an event or nothing). `again` asks for a retry of
 * something transient, such as a conflict that did not settle; an outage is of something outside that does not answer, and has
 * no time limit. Everything thrown is permanent, but for a store that can't be read.
 */
export type ReactionOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'again'; readonly why: string; readonly outage?: true };

/** Nothing is left to do, whether or not anything was done. */
export const DONE: ReactionOutcome = { kind: 'done' };

/** Try again later: something transient is in the way. */
export function again(why: string): ReactionOutcome {
  return { kind: 'again', why };
}

/** Retried until it is over, however long that takes: parking what an outage holds up would leave work for people behind. */
export function outage(why: string): ReactionOutcome {
  return { kind: 'again', why, outage: true };
}

/** A command that the store did not take. */
export function againAfter(error: StoreError): ReactionOutcome {
  const unreachable = error.code === 'StoreUnavailable' || error.code === 'OutcomeUnknown';
  return unreachable ? outage(describeStoreError(error)) : again(describeStoreError(error));
}

/** Whether what was thrown says that the store could not be read. */
export function isOutage(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'StoreUnavailable';
}

/** How transient failures are retried before the message is parked: doubling from the first delay, bounded in time. */
export interface RetryPolicy {
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
  readonly giveUpAfterMs: number;
}

/** From 20 ms doubling to 2 s; parked after 30 s, so that one message holds its subject up no longer. */
export const DEFAULT_RETRY: RetryPolicy = { firstDelayMs: 20, maxDelayMs: 2_000, giveUpAfterMs: 30_000 };
