import type { Plan, PlanQuota } from '@countersign/access';
import type { Amount } from '../ledger/commands.ts';
import type { MeterEvent, QuotaLine } from '../ledger/events.ts';
import type { Scopes } from '../ledger/scope.ts';
import { utcPeriod, utcPeriodAfter } from './oracle-calendar.ts';
import { iso, type Log, lastPeriod, scopeIn } from './oracle-log.ts';

/** A quota of a plan, with the name that its lines bear. */
interface Rule extends PlanQuota {
  readonly rule: string;
}

/** The rules that an amount of a key is brought to. */
export function rulesOf(plan: Plan, key: string): readonly Rule[] {
  const quotas: { readonly [key: string]: readonly PlanQuota[] | undefined } = {
    ...plan.counters,
    ...plan.gauges,
  };
  return (quotas[key] ?? []).map((quota) => ({
    ...quota,
    rule: [key, quota.scope, quota.period ?? 'total'].join('.'),
  }));
}

/** An amount brought to a counter, and when that counter starts again. */
export interface Brought {
  readonly line: QuotaLine;
  readonly rule: Rule;
  readonly end: number | null;
}

/** The counters that amounts are brought to, and the periods that this opens; null where a scope is missing. */
export function brought(
  log: Log,
  amounts: readonly Amount[],
  scopes: Scopes,
  plan: Plan,
  anchorDay: number,
  now: number,
): { readonly opened: readonly MeterEvent[]; readonly lines: readonly Brought[] } | null {
  const opened = new Map<string, MeterEvent>();
  const lines: Brought[] = [];
  for (const { key, amount } of amounts) {
    for (const rule of rulesOf(plan, key)) {
      const scope = scopeIn(rule.scope, { ...scopes });
      if (scope === null && rule.limit === null) continue;
      if (scope === null) return null;
      const [start, end] = rule.period === null ? [null, null] : periodOf(log, rule.period, anchorDay, now);
      if (rule.period !== null && start !== null && lastPeriod(log, rule.period)?.start !== start) {
        const bounds = { period: rule.period, start: iso(start), end: iso(end) };
        const data = { at: iso(now), ...bounds, zone: 'UTC', anchor_day: anchorDay };
        opened.set(rule.period, { type: 'quota-period-opened.v1', data });
      }
      const period_start = start === null ? null : iso(start);
      lines.push({ line: { key, rule: rule.rule, scope, period_start, amount }, rule, end });
    }
  }
  return { opened: [...opened.values()], lines };
}

function periodOf(log: Log, kind: 'daily' | 'monthly' | 'yearly', anchorDay: number, now: number) {
  const last = lastPeriod(log, kind);
  if (last === undefined) return utcPeriod(kind, anchorDay, now);
  if (now < last.end) return [last.start, last.end] as const;
  return utcPeriodAfter(kind, [last.end, last.anchorDay], anchorDay, now);
}
