import type { PeriodKind } from '@countersign/access';
import type { OnExpiry, SettledStatus } from './ending.ts';
import type { QuotaFailure } from './failure.ts';
import type { MeterKind, MeterMode } from './quota-rule.ts';

/** A quota's place in the list of all carried quotas, over all parts, and an amount. */
export type CarriedAmount = readonly [quota: number, amount: number];

/** A counter or level as it stood at the close. */
export interface CarriedQuota {
  readonly key: string;
  readonly rule: string;
  readonly kind: MeterKind;
  readonly scope: string;
  readonly period_start: string | null;
  readonly period_end: string | null;
  /** As they were in force at the close; null where the plan has no such rule any more. */
  readonly mode: MeterMode | null;
  readonly limit: number | null;
  readonly used: number;
  readonly reserved: number;
  readonly overrun: number;
}

/** An open reservation or place; its lines point into the carried quotas. */
export interface CarriedHold {
  readonly tool_call_id: string;
  readonly asked_at: string;
  readonly request: string;
  readonly expires_at: string | null;
  readonly on_expiry: OnExpiry;
  /** Given for a place in a gauge. */
  readonly place?: true;
  readonly lines: readonly CarriedAmount[];
}

/** An ended call that may still get an outcome or a repeat. */
export interface CarriedSettled {
  readonly tool_call_id: string;
  readonly status: SettledStatus;
  readonly asked_at: string;
  readonly ended_at: string;
  readonly request: string | null;
  readonly asked: readonly CarriedAmount[];
  readonly used: readonly CarriedAmount[];
  readonly overrun: readonly CarriedAmount[];
  readonly denial: QuotaFailure | null;
  readonly reporter?: string;
}

/** A period that was open at the close: the successor goes on in it. */
export interface CarriedPeriod {
  readonly period: PeriodKind;
  readonly start: string;
  readonly end: string;
  readonly zone: string;
  readonly anchor_day: number;
}

/** A throttle's bucket: `units` had not drained at `since`. */
interface CarriedBucket {
  readonly throttle: string;
  readonly since: string;
  readonly units: number;
}

/** One part of a book's balances, bounded in size. The successor opens from all parts alone. Plain JSON. */
export interface CarriedPart {
  /** 1 to `parts`. */
  readonly part: number;
  readonly parts: number;
  /** The closed book's number of events before its first closing event. */
  readonly version: number;
  readonly began_at: string;
  readonly forgotten_until: string | null;
  readonly periods: readonly CarriedPeriod[];
  readonly buckets: readonly CarriedBucket[];
  readonly quotas: readonly CarriedQuota[];
  readonly holds: readonly CarriedHold[];
  readonly settled: readonly CarriedSettled[];
}
