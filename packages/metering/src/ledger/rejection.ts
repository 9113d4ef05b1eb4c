import type { QuotaFailure } from './failure.ts';

/** Why a command was refused without leaving a trace in the ledger. */
export type RejectionCode =
  /** The command itself is malformed; the detail lists every problem. */
  | 'invalid_command'
  /** No plan has been configured for this organization yet. */
  | 'not_configured'
  /** The book is closed; its successor goes on. */
  | 'book_closed'
  /** Not all parts of the balances carried over have been read yet. */
  | 'book_opening'
  /** The id is known with other content. */
  | 'reservation_conflict'
  /** The reservation has ended with another actual. */
  | 'outcome_conflict'
  /** The ledger has never seen the id, or has forgotten it. */
  | 'unknown_reservation'
  /** There is no such charge of this key, or another may take it back. */
  | 'unknown_report'
  /** Asked for at or before the newest forgotten reservation: it may have been decided already. */
  | 'outside_dedupe_window'
  /** Nothing is left for it, or the plan does not name it: see `QuotaRefused`. */
  | 'refused';

/** A refusal as a value, in the form that every decider of Countersign uses. */
export interface MeterRejection {
  readonly rejected: RejectionCode;
  readonly detail: string;
}

/** A charge or an acquisition for lack of quota: what is longest in the way. */
export interface QuotaRefused extends MeterRejection {
  readonly rejected: 'refused';
  readonly failure: QuotaFailure;
}

/** Makes a refusal out of what is longest in the way. */
export function refuse(failure: QuotaFailure): QuotaRefused {
  const what = failure.kind === 'throttle' ? failure.throttle : failure.key;
  return { rejected: 'refused', detail: `${failure.kind} ${what} refuses it`, failure };
}

/** Whether it was for lack of quota. */
export function isQuotaRefused(rejection: object): rejection is QuotaRefused {
  return 'rejected' in rejection && rejection.rejected === 'refused';
}

/** Makes a rejection; the detail is for people. */
export function reject(rejected: RejectionCode, detail: string): MeterRejection {
  return { rejected, detail };
}

/** Tells a rejection from events. */
export function isMeterRejection(decision: object): decision is MeterRejection {
  return 'rejected' in decision;
}
