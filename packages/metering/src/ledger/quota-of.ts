import type { QuotaLine } from './events.ts';
import { addQuota, findQuota, type Quota } from './quotas.ts';
import type { MeterLedger } from './state.ts';

/** The counter that a line names, made on its first use. */
export function quotaOf(ledger: MeterLedger, line: QuotaLine): Quota {
  const known = findQuota(ledger.quotas, line);
  if (known !== undefined) return known;
  const rule = ledger.settings?.rules.get(line.rule);
  const period = rule?.period == null ? undefined : ledger.periods[rule.period];
  const quota: Quota = {
    key: line.key,
    rule: line.rule,
    kind: rule?.kind ?? 'counter',
    scope: line.scope,
    periodStart: line.period_start,
    periodEnd: period?.startsAt === line.period_start ? period.endsAt : null,
    used: 0,
    reserved: 0,
    overrun: 0,
  };
  addQuota(ledger.quotas, quota);
  return quota;
}

/** The lines without those of gauges, which are held and never charged. The same list where there are none. */
export function countedLines(ledger: MeterLedger, lines: readonly QuotaLine[]): readonly QuotaLine[] {
  const isCounted = (line: QuotaLine) => quotaOf(ledger, line).kind === 'counter';
  return lines.every(isCounted) ? lines : lines.filter(isCounted);
}
