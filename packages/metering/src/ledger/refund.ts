import { adjustmentOf, type Charge } from './adjust.ts';
import type { Refund } from './commands.ts';
import { currentPeriods } from './current-period.ts';
import type { MeterEvent } from './events.ts';
import { instantOf } from './instant.ts';
import { measure } from './measure.ts';
import { findQuota } from './quotas.ts';
import { isMeterRejection, type MeterRejection } from './rejection.ts';
import { requestText } from './request.ts';
import { repeatOf } from './reserve.ts';
import type { MeterLedger, Settings } from './state.ts';

/**
 * Takes back usage of the current period, as far as there is any: never refused, over the limit too. What comes back is
 * in the event, which is written even where that is nothing, so that a repeat is one.
 */
export function refund(
  { id, askedAt, amounts, scopes }: Refund,
  ledger: MeterLedger,
  settings: Settings,
  now: number,
): readonly MeterEvent[] | MeterRejection {
  const negative = amounts.map(({ key, amount }) => ({ key, amount: 0 - amount }));
  const unreserved = { asked_at: instantOf(askedAt), request: requestText(negative, scopes, null) };
  const repeated = repeatOf(ledger, id, unreserved.request, unreserved.asked_at);
  if (repeated !== null) return repeated;

  const periods = currentPeriods(ledger, settings, now);
  const measures = measure(amounts, scopes, ledger, settings, periods);
  if (isMeterRejection(measures)) return measures;
  const counted = measures.filter(({ rule }) => rule.kind === 'counter');
  const lines = counted.flatMap(({ line }) => {
    const { used = 0, overrun = 0 } = findQuota(ledger.quotas, line) ?? {};
    const charge: Charge = { line, asked: null, used, overrun };
    const target = Math.max(0, used + overrun - line.amount);
    return adjustmentOf(charge, target, ledger, settings).line ?? [];
  });
  const data = { at: instantOf(now), tool_call_id: id, cause: 'refunded', unreserved, lines } as const;
  return [...periods.opened, { type: 'quota-adjusted.v1', data }];
}
