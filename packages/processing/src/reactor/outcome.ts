/**
 * What a reaction came to. A business refusal is `done` (it is an event or nothing). `again` asks for a retry of
 * something transient: a store that can't be reached, a conflict that did not settle. Everything thrown is permanent.
 */
export type ReactionOutcome = { readonly kind: 'done' } | { readonly kind: 'again'; readonly why: string };

export const DONE: ReactionOutcome = { kind: 'done' };

export function again(why: string): ReactionOutcome {
  return { kind: 'again', why };
}

/** How transient failures are retried before the message is parked: doubling from the first delay, bounded in time. */
export interface RetryPolicy {
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
  readonly giveUpAfterMs: number;
}

export const DEFAULT_RETRY: RetryPolicy = { firstDelayMs: 20, maxDelayMs: 2_000, giveUpAfterMs: 30_000 };
