import { longestFailure } from './admission.ts';
import { assess, crossedRules, throttleCharges } from './assess.ts';
import type { Charge } from './commands.ts';
import type { MeterEvent } from './events.ts';
import { instantOf } from './instant.ts';
import { isMeterRejection, type MeterRejection, refuse, reject } from './rejection.ts';
import { requestText } from './request.ts';
import { repeatOf } from './reserve.ts';
import type { MeterLedger, Settings } from './state.ts';

/**
 * Charges at once and for good what is used by asking: every counter and every covering throttle, or none. A refusal is a
 * rejection that says why; nothing is written about it, so that nobody fills a book by asking in vain.
 */
export function charge(
  { id, askedAt, amounts, scopes, traffic, reporter }: Charge,
  ledger: MeterLedger,
  settings: Settings,
  now: number,
): readonly MeterEvent[] | MeterRejection {
  const gauge = amounts.find(({ key }) => settings.rulesOfKey.get(key)?.some(({ kind }) => kind === 'gauge'));
  if (gauge !== undefined) return reject('invalid_command', `${gauge.key} is a gauge: acquire it`);
  const asked = { asked_at: instantOf(askedAt), request: requestText(amounts, scopes, traffic) };
  const repeated = id === null ? null : repeatOf(ledger, id, asked.request, asked.asked_at);
  if (repeated !== null) return repeated;

  const assessed = assess({ amounts, scopes, traffic }, 'named', ledger, settings, now);
  if (isMeterRejection(assessed)) return assessed;
  const [failure, ...others] = assessed.failures;
  if (failure !== undefined) return refuse(longestFailure([failure, ...others]));
  const lines = assessed.measures.map(({ line }) => line);
  const throttles = throttleCharges(assessed, traffic, ledger, now);
  // A report is written even where nothing counts it, so that it is known when somebody names it.
  if (lines.length === 0 && throttles.length === 0 && reporter === undefined) return [];
  const by = reporter === undefined ? {} : { reporter };
  const data = { at: instantOf(now), tool_call_id: id, ...asked, lines, throttles, ...by };
  return [
    ...assessed.opened,
    { type: 'quota-charged.v1', data: { ...data, crossed: crossedRules(assessed) } },
  ];
}
