import type { SettledStatus } from './ending.ts';
import type {
  AdjustedLine,
  AdjustmentCause,
  QuotaAdjusted,
  QuotaCommitted,
  QuotaLine,
  QuotaOverrun,
  QuotaReleased,
  Report,
} from './events.ts';
import { quotaOf } from './quota-of.ts';
import { quotaKey } from './quotas.ts';
import { sharedLines } from './shared.ts';
import type { Hold, MeterLedger, Settled } from './state.ts';

/** The hold becomes use, and the call is remembered as settled. */
export function onCommitted(ledger: MeterLedger, data: QuotaCommitted['data']): void {
  const ended = endHold(ledger, data.tool_call_id);
  for (const line of data.lines) add(ledger, line, 'used');
  if (ended === undefined) return;
  const status = data.assumed ? 'assumed' : 'committed';
  remember(ledger, { ...ended, status, endedAt: data.at, used: sharedLines(ledger, data.lines) });
}

/** The hold ends without use. A place in a gauge is forgotten: its id is free again. */
export function onReleased(ledger: MeterLedger, data: QuotaReleased['data']): void {
  const isPlace = ledger.holds.get(data.tool_call_id)?.isPlace === true;
  const ended = endHold(ledger, data.tool_call_id) ?? unreserved(data.tool_call_id, data.at);
  if (isPlace) return;
  const status = data.cause === 'expired' ? 'expired' : 'released';
  remember(ledger, { ...ended, status, endedAt: data.at });
}

/** Use beyond the hold, in a column of its own. */
export function onOverrun(ledger: MeterLedger, data: QuotaOverrun['data']): void {
  for (const line of data.lines) add(ledger, line, 'overrun');
  const ended = ledger.settled.get(data.tool_call_id);
  if (ended !== undefined) remember(ledger, { ...ended, overrun: sum(ended.overrun, data.lines) });
}

const STATUS_AFTER: { readonly [cause in AdjustmentCause]: SettledStatus } = {
  late_outcome: 'committed',
  not_executed: 'released',
  unreserved: 'recorded',
  refunded: 'recorded',
};

/** Corrects use and overrun by signed amounts. */
export function onAdjusted(ledger: MeterLedger, data: QuotaAdjusted['data']): void {
  const overrun = data.lines.map(({ overrun: amount, ...line }: AdjustedLine) => ({ ...line, amount }));
  const used = data.lines.map(({ overrun: _, ...line }: AdjustedLine) => line);
  for (const line of used) add(ledger, line, 'used');
  for (const line of overrun) add(ledger, line, 'overrun');
  if (data.report !== undefined) rememberReport(ledger, data.report, data.at);
  const ended = ledger.settled.get(data.tool_call_id) ?? unreserved(data.tool_call_id, data.at);
  remember(ledger, {
    ...ended,
    ...(data.unreserved === null
      ? {}
      : { askedAt: data.unreserved.asked_at, request: data.unreserved.request }),
    status: STATUS_AFTER[data.cause],
    endedAt: data.at,
    // What is taken back is the report's, not the refund's own.
    ...(data.report === undefined && {
      used: sum(ended.used, used),
      overrun: sum(ended.overrun, overrun),
    }),
  });
}

/** A report as it is left, also one that this book had forgotten. */
function rememberReport(ledger: MeterLedger, { id, reporter, lines }: Report, at: string): void {
  const known = ledger.settled.get(id) ?? unreserved(id, at);
  remember(ledger, { ...known, status: 'recorded', endedAt: at, used: sharedLines(ledger, lines), reporter });
}

/** Takes an open hold's amounts out of its counters; the settlement that follows, or the one there was. */
function endHold(ledger: MeterLedger, id: string): Settled | undefined {
  const hold = ledger.holds.get(id);
  if (hold === undefined) return ledger.settled.get(id);
  ledger.holds.delete(id);
  for (const line of hold.lines) {
    const quota = quotaOf(ledger, line);
    if (quota.kind === 'counter') quota.reserved -= line.amount;
    else quota.used -= line.amount;
  }
  return settledFrom(hold);
}

function settledFrom({ id, askedAt, request, counted }: Hold): Settled {
  return {
    status: 'released',
    id,
    askedAt,
    endedAt: askedAt,
    request,
    asked: counted,
    used: [],
    overrun: [],
    denial: null,
  };
}

/** An id that ends without a reservation. */
function unreserved(id: string, at: string): Settled {
  return {
    status: 'released',
    id,
    askedAt: at,
    endedAt: at,
    request: null,
    asked: [],
    used: [],
    overrun: [],
    denial: null,
  };
}

function remember(ledger: MeterLedger, settled: Settled): void {
  ledger.settled.delete(settled.id);
  ledger.settled.set(settled.id, settled);
}

function add(ledger: MeterLedger, line: QuotaLine, part: 'used' | 'overrun'): void {
  const quota = quotaOf(ledger, line);
  quota[part] = bounded(quota[part] + line.amount);
}

/** Both lists together, one line for each counter. */
function sum(lines: readonly QuotaLine[], more: readonly QuotaLine[]): readonly QuotaLine[] {
  const sums = new Map<string, QuotaLine>();
  for (const line of [...lines, ...more]) {
    const key = quotaKey(line);
    sums.set(key, { ...line, amount: bounded((sums.get(key)?.amount ?? 0) + line.amount) });
  }
  return [...sums.values()];
}

/** Usage is never refused, so a sum may come to the end of exact integers: it stays there, far above any limit. */
function bounded(amount: number): number {
  return Math.min(Math.max(amount, 0), Number.MAX_SAFE_INTEGER);
}
