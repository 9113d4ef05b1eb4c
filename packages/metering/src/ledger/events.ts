import type { PeriodKind, Plan } from '@countersign/access';
import type { CarriedPart } from './carried.ts';
import type { OnExpiry } from './ending.ts';
import type { QuotaFailure } from './failure.ts';

/**
 * One amount against one meter in one period. `key`, `rule`, `scope` and `period_start` together are the counter's
 * identity; `period_start` is null for a meter that never starts again.
 */
export interface QuotaLine {
  readonly key: string;
  readonly rule: string;
  readonly scope: string;
  readonly period_start: string | null;
  readonly amount: number;
}

/** An amount against one throttle, in calls; `remaining`: how many of its `limit` it lets through at once after it. */
export interface ThrottleCharge {
  readonly throttle: string;
  readonly amount: number;
  /** Absent from what was written before it was told. */
  readonly limit?: number;
  readonly remaining?: number;
}

interface Stamped {
  /** The ledger's logical time: never earlier than that of the event before. */
  readonly at: string;
}

interface OfCall extends Stamped {
  /** The reservation's id. Minted by the gateway, never by an agent. */
  readonly tool_call_id: string;
}

interface Asked {
  /** When it was asked for: the same at every delivery of the same request. */
  readonly asked_at: string;
  /** The request's content in canonical text: tells a repeat from a conflict. */
  readonly request: string;
}

/** Everything that a call may use is held, or nothing is. */
export type QuotaReserved = MeterEventOf<
  'quota-reserved.v1',
  OfCall &
    Asked & {
      readonly lines: readonly QuotaLine[];
      readonly throttles: readonly ThrottleCharge[];
      readonly expires_at: string;
      readonly on_expiry: OnExpiry;
      /** Rules in soft mode whose limit this reservation crossed. */
      readonly crossed: readonly string[];
    }
>;

/** Nothing is held; remembered, for the call may report usage all the same. */
export type QuotaDenied = MeterEventOf<
  'quota-denied.v1',
  OfCall &
    Asked & {
      /** What would have been held: later usage of this call is adjusted here. */
      readonly lines: readonly QuotaLine[];
      /** The failure that is longest in the way. */
      readonly which: QuotaFailure;
      readonly failures: readonly QuotaFailure[];
    }
>;

/** What was held became use, in the period of the reservation. */
export type QuotaCommitted = MeterEventOf<
  'quota-committed.v1',
  OfCall & {
    readonly lines: readonly QuotaLine[];
    /** No outcome came: the whole hold counts. */
    readonly assumed: boolean;
    /** The outcome came when the hold had expired. */
    readonly late: boolean;
  }
>;

/** `never_reserved`: closes an id before a reservation of it could come. */
type ReleaseCause = 'released' | 'expired' | 'never_reserved';

/** What was held is free again. */
export type QuotaReleased = MeterEventOf<
  'quota-released.v1',
  OfCall & { readonly lines: readonly QuotaLine[]; readonly cause: ReleaseCause }
>;

/** Charged at once and for good; `tool_call_id` null: nobody can ask for it again. */
export type QuotaCharged = MeterEventOf<
  'quota-charged.v1',
  Stamped &
    Asked & {
      readonly tool_call_id: string | null;
      readonly lines: readonly QuotaLine[];
      readonly throttles: readonly ThrottleCharge[];
      readonly crossed: readonly string[];
      /** Who may take it back. */
      readonly reporter?: string;
    }
>;

/** A charge that can be taken back, with what is left of it. */
export interface Report {
  readonly id: string;
  readonly reporter: string;
  readonly lines: readonly QuotaLine[];
}

/** A place in a gauge is held until `expires_at`; null: until it is released. The second event of a place lifts its end. */
export type QuotaOccupied = MeterEventOf<
  'quota-occupied.v1',
  OfCall & Asked & { readonly lines: readonly QuotaLine[]; readonly expires_at: string | null }
>;

/** The lines are what was used beyond what was admitted. */
export type QuotaOverrun = MeterEventOf<
  'quota-overrun.v1',
  OfCall & { readonly lines: readonly QuotaLine[] }
>;

/** `amount` is the signed change of `used`, `overrun` the (never positive) change of overrun. */
export interface AdjustedLine extends QuotaLine {
  readonly overrun: number;
}

/** Why use is corrected after it was counted. */
export type AdjustmentCause = 'late_outcome' | 'not_executed' | 'unreserved' | 'refunded';

/** Use that was settled before is corrected, in its own period. */
export type QuotaAdjusted = MeterEventOf<
  'quota-adjusted.v1',
  OfCall & {
    readonly lines: readonly AdjustedLine[];
    readonly cause: AdjustmentCause;
    /** Given for usage that was never reserved and for what is taken back, else null. */
    readonly unreserved: Asked | null;
    /** What was taken back from, as it is left. Absent in refunds of before reports were named. */
    readonly report?: Report;
  }
>;

/** Bounds of a period, fixed here: later changes of the calendar do not move it. */
export type PeriodOpened = MeterEventOf<
  'quota-period-opened.v1',
  Stamped & {
    readonly period: PeriodKind;
    readonly start: string;
    readonly end: string;
    readonly zone: string;
    readonly anchor_day: number;
  }
>;

/** A plan and a calendar in force; opens every book. */
export type QuotaConfigured = MeterEventOf<
  'quota-configured.v1',
  Stamped & {
    readonly book: number;
    /** The plan's slug. */
    readonly plan: string;
    readonly entry: Plan;
    readonly zone: string;
    readonly anchor_day: number;
    /** Set in the first events of a book that continues another: one part of what the other closed with. */
    readonly carried: CarriedPart | null;
  }
>;

/** One part of the balances that a book ends with. */
export type BookClosed = MeterEventOf<
  'quota-closed.v1',
  Stamped & {
    readonly book: number;
    readonly successor: number;
    readonly plan: string;
    readonly entry: Plan;
    readonly zone: string;
    readonly anchor_day: number;
    readonly carried: CarriedPart;
  }
>;

interface MeterEventOf<Type extends string, Data> {
  readonly type: Type;
  readonly data: Data;
}

/** Everything that a meter stream holds. Plain JSON: integers, strings, booleans, null. */
export type MeterEvent =
  | QuotaReserved
  | QuotaDenied
  | QuotaCommitted
  | QuotaReleased
  | QuotaCharged
  | QuotaOccupied
  | QuotaOverrun
  | QuotaAdjusted
  | PeriodOpened
  | QuotaConfigured
  | BookClosed;
