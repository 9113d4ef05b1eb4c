import { charged } from '../throttle/gcra.ts';
import type { QuotaCharged, QuotaDenied, QuotaReserved, ThrottleCharge } from './events.ts';
import { countedLines, quotaOf } from './quota-of.ts';
import { sharedLines, sharedRequest } from './shared.ts';
import type { MeterLedger } from './state.ts';

/** Counters hold the amount apart from what is used; a gauge's level rises at once. */
export function onReserved(ledger: MeterLedger, data: QuotaReserved['data']): void {
  for (const line of data.lines) {
    const quota = quotaOf(ledger, line);
    if (quota.kind === 'counter') quota.reserved += line.amount;
    else quota.used += line.amount;
  }
  chargeBuckets(ledger, data.throttles);
  const lines = sharedLines(ledger, data.lines);
  ledger.holds.set(data.tool_call_id, {
    status: 'reserved',
    id: data.tool_call_id,
    askedAt: data.asked_at,
    request: sharedRequest(data.request),
    expiresAt: data.expires_at,
    onExpiry: data.on_expiry,
    isPlace: false,
    lines,
    counted: countedLines(ledger, lines),
  });
}

/** Nothing is consumed; the lines and their counters are kept for usage that happens all the same. */
export function onDenied(ledger: MeterLedger, data: QuotaDenied['data']): void {
  ledger.settled.set(data.tool_call_id, {
    status: 'denied',
    id: data.tool_call_id,
    askedAt: data.asked_at,
    endedAt: data.at,
    request: sharedRequest(data.request),
    asked: countedLines(ledger, sharedLines(ledger, data.lines)),
    used: [],
    overrun: [],
    denial: data.which,
  });
}

/** Used at once: in the counters already, and remembered where it can be asked for again. */
export function onCharged(ledger: MeterLedger, data: QuotaCharged['data']): void {
  chargeBuckets(ledger, data.throttles);
  const lines = sharedLines(ledger, data.lines);
  for (const line of lines) quotaOf(ledger, line).used += line.amount;
  if (data.tool_call_id === null) return;
  ledger.settled.set(data.tool_call_id, {
    status: 'recorded',
    id: data.tool_call_id,
    askedAt: data.asked_at,
    endedAt: data.at,
    request: sharedRequest(data.request),
    asked: lines,
    used: lines,
    overrun: [],
    denial: null,
    ...(data.reporter === undefined ? {} : { reporter: data.reporter }),
  });
}

function chargeBuckets(ledger: MeterLedger, throttles: readonly ThrottleCharge[]): void {
  for (const { throttle, amount } of throttles) {
    const rate = ledger.settings?.throttles.get(throttle)?.limits?.rate;
    if (rate === undefined) continue;
    ledger.buckets.set(throttle, charged(ledger.buckets.get(throttle), rate, amount, ledger.now));
  }
}
