import type { MeterKind } from './quota-rule.ts';

/** One counter or level: a rule, a scope and a period. `used + overrun + reserved` stands against the limit. */
export interface Quota {
  readonly key: string;
  readonly rule: string;
  readonly kind: MeterKind;
  readonly scope: string;
  readonly periodStart: string | null;
  readonly periodEnd: string | null;
  /** Counters: admitted and charged. Gauges: the level. */
  used: number;
  /** Counters: held by open reservations. Gauges: always 0. */
  reserved: number;
  /** Charged beyond what was admitted. */
  overrun: number;
}

/** What identifies a counter, as every line of an event names it. */
export interface QuotaIdentity {
  readonly rule: string;
  readonly scope: string;
  readonly period_start: string | null;
}

/**
 * Counters by rule, scope and period, the newest period first. Nested, because three look-ups with strings that exist
 * already cost half of one with a key put together for it, and nothing here is looked up more often.
 */
export type QuotaTable = Map<string, Map<string, Quota[]>>;

/** A counter that was used before, or undefined. */
export function findQuota(
  table: QuotaTable,
  { rule, scope, period_start }: QuotaIdentity,
): Quota | undefined {
  const periods = table.get(rule)?.get(scope) ?? [];
  for (const quota of periods) if (quota.periodStart === period_start) return quota;
  return undefined;
}

/** Puts a counter before the older periods of its rule and scope. */
export function addQuota(table: QuotaTable, quota: Quota): void {
  const scopes = table.get(quota.rule) ?? new Map<string, Quota[]>();
  table.set(quota.rule, scopes);
  scopes.set(quota.scope, [quota, ...(scopes.get(quota.scope) ?? [])]);
}

/** All counters, by rule and scope in order of first use, the oldest period first. */
export function allQuotas(table: QuotaTable): readonly Quota[] {
  return [...table.values()].flatMap((scopes) =>
    [...scopes.values()].flatMap((periods) => periods.toReversed()),
  );
}

/** What stands against the limit of a counter; 0 for one that was never used. */
export function levelOf(quota: Quota | undefined): number {
  return quota === undefined ? 0 : quota.used + quota.overrun + quota.reserved;
}

/** The identity as one string, for sets and maps. */
export function quotaKey({ rule, scope, period_start }: QuotaIdentity): string {
  return `${rule}|${scope}|${period_start ?? ''}`;
}
