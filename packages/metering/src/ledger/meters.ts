import { currentPeriods } from './current-period.ts';
import { instantOf } from './instant.ts';
import type { MeterMode, QuotaRule } from './quota-rule.ts';
import { allQuotas, type Quota } from './quotas.ts';
import { scopePath } from './scope.ts';
import type { MeterLedger } from './state.ts';

/** One meter as `GET /v1/meters` shows it. Amounts are integers (money in micro-units), times RFC 3339 UTC. */
export interface MeterRow {
  readonly key: string;
  readonly rule: string;
  readonly scope: string;
  /** [start, end). A meter that never starts again began with the organization's first book and has no end. */
  readonly period: { readonly start: string; readonly end: string | null };
  readonly mode: MeterMode;
  readonly limit: number | null;
  readonly used: number;
  readonly reserved: number;
  readonly overrun: number;
}

/**
 * Where the meters of the plan in force stand at `at` (UTC milliseconds), in the periods of that moment: the
 * organization's own always, the others from their first use on. Sorted by key, rule and scope.
 */
export function meters(ledger: MeterLedger, organization: string, at: number): readonly MeterRow[] {
  const { settings } = ledger;
  if (settings === null) return [];
  const periods = currentPeriods(ledger, settings, Math.max(ledger.now, at));
  const quotas = Map.groupBy(allQuotas(ledger.quotas), ({ rule }) => rule);
  const rows = [...settings.rules.values()].flatMap((rule) => {
    const period = rule.period === null ? null : periods.of(rule.period);
    const bounds = { start: period?.startsAt ?? instantOf(ledger.beganAt), end: period?.endsAt ?? null };
    const current = (quotas.get(rule.rule) ?? []).filter(
      ({ periodStart }) => periodStart === (period?.startsAt ?? null),
    );
    const unused = rule.scope === 'organization' && current.length === 0;
    return unused
      ? [rowOf(rule, scopePath('organization', { organization }) ?? '', bounds, UNUSED)]
      : current.map((quota) => rowOf(rule, quota.scope, bounds, quota));
  });
  return rows.sort(byIdentity);
}

const UNUSED = { used: 0, reserved: 0, overrun: 0 };

function rowOf(
  { key, rule, mode, limit }: QuotaRule,
  scope: string,
  period: MeterRow['period'],
  { used, reserved, overrun }: Pick<Quota, 'used' | 'reserved' | 'overrun'>,
): MeterRow {
  return { key, rule, scope, period, mode, limit, used, reserved, overrun };
}

function byIdentity(one: MeterRow, other: MeterRow): number {
  const [a, b] = [one, other].map(({ key, rule, scope }) => `${key}|${rule}|${scope}`) as [string, string];
  return a < b ? -1 : a > b ? 1 : 0;
}
