import type { Outcome, OutcomeRequest } from '../model/outcome.ts';
import type { ApprovalPointer, CallStatus, Reason } from '../model/verdict.ts';
import type { CountersignProblem } from '../problem.ts';

interface Keyed {
  /** The call's idempotency key, given or made. */
  readonly key: string;
}

/** Whether the report of an outcome arrived. */
export interface OutcomeDelivery {
  readonly recorded: boolean;
  readonly status?: CallStatus | undefined;
  /** Why it is not recorded, or that it is recorded as unauthorized. */
  readonly problem?: CountersignProblem | undefined;
  /** What was reported; give it to `toolCalls.reportOutcome` to try again. */
  readonly report: OutcomeRequest;
}

interface ExecutedNow extends Keyed {
  readonly verdict: 'executed';
  readonly callId: string;
  /** The execution is over, but its outcome could not be delivered. Guarding the same key again delivers it. */
  readonly outcomePending: boolean;
  readonly outcome: OutcomeDelivery;
  /** What the journal's `end` threw, if it did. */
  readonly journalError?: unknown;
}

/** The function ran, once, now: and returned, or threw. */
export type Executed<Value> =
  | (ExecutedNow & { readonly success: true; readonly value: Value })
  | (ExecutedNow & { readonly success: false; readonly error: unknown });

/** The call had its outcome before; nothing was executed now. */
export interface Settled extends Keyed {
  readonly verdict: 'settled';
  readonly callId: string;
  /** false: the permit was given back without execution. */
  readonly executed: boolean;
  readonly success: boolean;
  /** As recorded; null where only the journal knows it. */
  readonly outcome: Outcome | null;
  readonly outcomePending: boolean;
}

/** Refused for good. Trying again takes a new key, and another reason to be allowed. */
export interface Denied extends Keyed {
  readonly verdict: 'denied';
  /**
   * `denied` (the cause is among the reasons), `arguments_invalid`, `user_not_delegated`; `lapsed` or `expired` when
   * the permit was not redeemed in time, `void` when it ceased to hold, `permit_invalid`, `digest_mismatch`.
   */
  readonly code: string;
  readonly reasons: readonly Reason[];
  readonly callId: string | null;
  readonly detail: string;
}

/** A rate limit. Try again with a new key, not before `retryAfterMs`. */
export interface Throttled extends Keyed {
  readonly verdict: 'throttled';
  readonly throttle: string | null;
  readonly retryAfterMs: number | null;
  readonly reasons: readonly Reason[];
  readonly callId: string | null;
}

/** A quota is used up. Try again with a new key, not before `retryAfterMs` (null: nobody knows). */
export interface OverQuota extends Keyed {
  readonly verdict: 'over_quota';
  readonly meter: string | null;
  readonly limit: number | null;
  readonly used: number | null;
  readonly retryAfterMs: number | null;
  readonly reasons: readonly Reason[];
  readonly callId: string | null;
}

/** A human is still asked (`approval`), or the decision is still being made (null). Go on with the same key. */
export interface Pending extends Keyed {
  readonly verdict: 'pending';
  readonly callId: string;
  readonly approval: ApprovalPointer | null;
  readonly reasons: readonly Reason[];
}

/** No decision in time; the call is closed and can't be allowed any more. Try again with a new key. */
export interface Undecided extends Keyed {
  readonly verdict: 'undecided';
  readonly callId: string | null;
  readonly retryAfterMs: number | null;
}

/** No usable answer after all attempts. Not executed. Go on with the same key. */
export interface Unavailable extends Keyed {
  readonly verdict: 'unavailable';
  readonly problem: CountersignProblem;
  readonly callId: string | null;
  readonly retryAfterMs: number | null;
}

/**
 * The permit is redeemed, and nobody here knows whether the tool ran: another process has it, or one died with it.
 * Not executed now. Find out what happened in the tool's own system, then report the outcome with `permit`.
 */
export interface InDoubt extends Keyed {
  readonly verdict: 'in_doubt';
  readonly callId: string;
  readonly permit: string;
  readonly detail: string;
}

/** Not executed, because the caller aborted or the journal failed. */
export interface Cancelled extends Keyed {
  readonly verdict: 'cancelled';
  readonly cause: 'aborted' | 'journal_failed';
  readonly callId: string | null;
  /** `given_back`: it was redeemed, and the quota is free again. `unknown`: that could not be found out or reported. */
  readonly permit: 'not_redeemed' | 'given_back' | 'unknown';
  /** What the journal threw. */
  readonly error?: unknown;
}

/** The request itself is not acceptable, or the key in use may not make it. Repair it first. */
export interface Rejected extends Keyed {
  readonly verdict: 'rejected';
  readonly problem: CountersignProblem;
}

/** Everything that ends without execution. */
export type NotExecuted =
  | Settled
  | Denied
  | Throttled
  | OverQuota
  | Pending
  | Undecided
  | Unavailable
  | InDoubt
  | Cancelled
  | Rejected;

/** What became of a guarded call. Only `executed` means that the function ran now. */
export type GuardResult<Value> = Executed<Value> | NotExecuted;
