import type {
  Counter,
  EndpointMethod,
  Flag,
  Gauge,
  PeriodKind,
  RetentionMinutes,
  ScopeKind,
  ThrottleAlgorithm,
  ThrottleCategory,
} from './slugs.ts';

/** How much of one thing a plan allows, with every field present. */
export interface PlanQuota {
  /** Recorded for billing; never above `limit`, not enforced. */
  readonly free: number | null;
  /** null: no limit. */
  readonly limit: number | null;
  readonly strict: boolean;
  /** Minutes; recorded, applied by whoever keeps the counted things. */
  readonly retention: RetentionMinutes | null;
  readonly scope: ScopeKind;
  /** null: the meter never starts again. Always null for gauges. */
  readonly period: PeriodKind | null;
}

/** A rate limit. A bucket whose capacity or rate is null does not throttle. */
export interface PlanThrottle {
  readonly mode: 'include' | 'exclude';
  readonly categories: readonly ThrottleCategory[] | null;
  readonly endpoints: readonly (readonly [EndpointMethod, string])[] | null;
  readonly bucket: {
    readonly capacity: number | null;
    /** Calls per minute. */
    readonly rate: number | null;
    readonly algorithm: ThrottleAlgorithm | null;
  };
}

/**
 * A plan in normal form: the seed's grammar with lists everywhere and nothing left out, so it is itself a valid entry
 * and parses to itself. Plain JSON.
 */
export interface Plan {
  readonly description?: string;
  /** Accepted and kept; enforced by whoever owns the feature. An absent flag is false. */
  readonly flags: { readonly [flag in Flag]?: boolean };
  readonly counters: { readonly [counter in Counter]?: readonly PlanQuota[] };
  readonly gauges: { readonly [gauge in Gauge]?: readonly PlanQuota[] };
  readonly throttles: readonly PlanThrottle[];
}
