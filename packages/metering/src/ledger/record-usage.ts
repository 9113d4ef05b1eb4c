import { adjust } from './adjust.ts';
import type { RecordUsage } from './commands.ts';
import { currentPeriods } from './current-period.ts';
import type { MeterEvent } from './events.ts';
import { instantOf } from './instant.ts';
import { measure } from './measure.ts';
import { isMeterRejection, type MeterRejection } from './rejection.ts';
import { requestText } from './request.ts';
import { repeatOf } from './reserve.ts';
import { type MeterLedger, reservationOf, type Settings } from './state.ts';

/** Counts usage that no reservation preceded, in the current period: what fits is charged, the rest is overrun. */
export function recordUsage(
  { id, amounts, scopes, askedAt }: RecordUsage,
  ledger: MeterLedger,
  settings: Settings,
  now: number,
): readonly MeterEvent[] | MeterRejection {
  const unreserved = { asked_at: instantOf(askedAt), request: requestText(amounts, scopes, null) };
  // A call given up before its reservation has no request: what it turns out to have used is still new.
  const givenUp = reservationOf(ledger, id)?.request === null;
  const repeated = givenUp ? null : repeatOf(ledger, id, unreserved.request, unreserved.asked_at);
  if (repeated !== null) return repeated;

  const periods = currentPeriods(ledger, settings, now);
  const measures = measure(amounts, scopes, ledger, settings, periods);
  if (isMeterRejection(measures)) return measures;
  const charges = measures
    .filter(({ rule }) => rule.kind === 'counter')
    .map(({ line }) => ({ line, asked: line.amount, used: 0, overrun: 0 }));
  const about = { at: instantOf(now), tool_call_id: id, cause: 'unreserved', unreserved } as const;
  const adjusted = adjust(charges, ({ line }) => line.amount, about, ledger, settings);
  return adjusted.length === 0 ? [] : [...periods.opened, ...adjusted];
}
