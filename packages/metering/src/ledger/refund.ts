import type { Refund } from './commands.ts';
import type { AdjustedLine, MeterEvent, QuotaLine, Report } from './events.ts';
import { instantOf } from './instant.ts';
import { type MeterRejection, reject } from './rejection.ts';
import { repeatOf } from './reserve.ts';
import type { MeterLedger } from './state.ts';

/**
 * Takes back what a report counted, where and when it was counted, as far as it is left: never refused, over the limit too.
 * The event is written even where nothing comes back, so that a repeat is one.
 */
export function refund(
  { id, askedAt, of, key, amount, by, report: elsewhere }: Refund,
  ledger: MeterLedger,
  now: number,
): readonly MeterEvent[] | MeterRejection {
  const unreserved = { asked_at: instantOf(askedAt), request: JSON.stringify(['refund', of, key, amount]) };
  const repeated = repeatOf(ledger, id, unreserved.request, unreserved.asked_at);
  if (repeated !== null) return repeated;
  const report = reportOf(ledger, of) ?? elsewhere;
  if (report === null || (by !== null && by !== report.reporter) || !isOf(report, key)) {
    return reject('unknown_report', `${of} is no report of ${key} that can be taken back`);
  }
  const lines: AdjustedLine[] = [];
  const left: QuotaLine[] = [];
  for (const line of report.lines) {
    const back = Math.min(line.amount, amount);
    if (back > 0) lines.push({ ...line, amount: 0 - back, overrun: 0 });
    left.push({ ...line, amount: line.amount - back });
  }
  const about = { at: instantOf(now), tool_call_id: id, cause: 'refunded', unreserved } as const;
  return [{ type: 'quota-adjusted.v1', data: { ...about, lines, report: { ...report, lines: left } } }];
}

/** What is left of a report, by what the book remembers. */
export function reportOf(ledger: MeterLedger, id: string): Report | null {
  const settled = ledger.settled.get(id);
  if (settled?.reporter === undefined) return null;
  return { id, reporter: settled.reporter, lines: settled.used };
}

/** A report is of one key; one that no rule counted is of any. */
function isOf({ lines }: Report, key: string): boolean {
  return lines.every((line) => line.key === key);
}
