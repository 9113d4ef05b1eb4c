import type { Amount } from './commands.ts';
import type { CurrentPeriods } from './current-period.ts';
import type { QuotaLine } from './events.ts';
import type { QuotaRule } from './quota-rule.ts';
import { findQuota, levelOf } from './quotas.ts';
import { type MeterRejection, reject } from './rejection.ts';
import { type Scopes, scopePath } from './scope.ts';
import type { MeterLedger, Settings } from './state.ts';

/** One amount brought to one counter: which it is, what stands against it already, and when it starts again. */
export interface Measure {
  readonly line: QuotaLine;
  readonly rule: QuotaRule;
  readonly level: number;
  /** UTC milliseconds; null for a meter that never starts again. */
  readonly periodEnd: number | null;
}

/**
 * Brings every amount to every counter that the plan keeps of it. Amounts that the plan does not name give nothing, and so
 * does a rule without a limit of a scope that was not named; one with a limit is never passed over.
 */
export function measure(
  amounts: readonly Amount[],
  scopes: Scopes,
  ledger: MeterLedger,
  settings: Settings,
  periods: CurrentPeriods,
): readonly Measure[] | MeterRejection {
  const measures: Measure[] = [];
  for (const { key, amount } of amounts) {
    for (const rule of settings.rulesOfKey.get(key) ?? []) {
      const scope = scopePath(rule.scope, scopes);
      if (scope === null && rule.limit === null) continue;
      if (scope === null) {
        return reject('invalid_command', `scopes.${rule.scope} is missing: ${rule.rule} counts by it`);
      }
      const period = rule.period === null ? null : periods.of(rule.period);
      const line = { key: rule.key, rule: rule.rule, scope, period_start: period?.startsAt ?? null, amount };
      const quota = findQuota(ledger.quotas, line);
      // The counter's own text, so that thousands of reservations share one instead of keeping one each.
      if (quota !== undefined) line.scope = quota.scope;
      measures.push({ line, rule, level: levelOf(quota), periodEnd: period?.end ?? null });
    }
  }
  return measures;
}
