import type { PeriodKind, Plan, PlanQuota, ScopeKind } from '@countersign/access';

/**
 * How a limit is kept. `strict`: `used + reserved + n <= limit`. `soft`: admitted while `used + reserved < limit`, so one
 * reservation may cross. `observe`: counted, never refused.
 */
export type MeterMode = 'strict' | 'soft' | 'observe';

/** A counter sums up over a period; a gauge is a level that goes up and down. */
export type MeterKind = 'counter' | 'gauge';

/** One quota of a plan as the ledger applies it. */
export interface QuotaRule {
  /**
   * `<key>.<scope>.<period or "total">`. Part of every counter's identity, so that two rules never share a counter, and
   * free of limits, so that a raised limit goes on with the same counter.
   */
  readonly rule: string;
  readonly key: string;
  readonly kind: MeterKind;
  readonly scope: ScopeKind;
  readonly period: PeriodKind | null;
  readonly mode: MeterMode;
  readonly limit: number | null;
}

/** All quota rules of a plan, counters first, in the plan's order. */
export function quotaRules(plan: Plan): readonly QuotaRule[] {
  return [...rulesOf('counter', plan.counters), ...rulesOf('gauge', plan.gauges)];
}

function rulesOf(
  kind: MeterKind,
  quotas: { readonly [key: string]: readonly PlanQuota[] | undefined },
): readonly QuotaRule[] {
  return Object.entries(quotas).flatMap(([key, list = []]) =>
    list.map(({ scope, period, limit, strict }) => ({
      rule: `${key}.${scope}.${period ?? 'total'}`,
      key,
      kind,
      scope,
      period,
      mode: limit === null ? ('observe' as const) : strict ? ('strict' as const) : ('soft' as const),
      limit,
    })),
  );
}
