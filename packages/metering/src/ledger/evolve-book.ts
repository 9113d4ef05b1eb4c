import { backlog } from '../throttle/gcra.ts';
import { adoptPart } from './adopt.ts';
import { readSettings } from './configure.ts';
import type { BookClosed, QuotaConfigured } from './events.ts';
import { remeasureGauges } from './evolve-occupancy.ts';
import { millisecondsOf } from './instant.ts';
import type { MeterLedger, Settings } from './state.ts';

/** Settings in force; where the book continues another, one part more of its balances. */
export function onConfigured(ledger: MeterLedger, data: QuotaConfigured['data']): void {
  if (ledger.book === 0) {
    ledger.openedAt = ledger.now;
    ledger.beganAt = ledger.now;
  }
  ledger.book = data.book;
  const settings = readSettings(data);
  rebaseBuckets(ledger, settings);
  ledger.settings = settings;
  if (data.carried === null) remeasureGauges(ledger);
  else adoptPart(ledger, data.carried);
}

/**
 * Buckets keep the calls that have not drained: a changed rate drains them faster or slower from here on. A throttle
 * that is gone takes its bucket along.
 */
function rebaseBuckets(ledger: MeterLedger, settings: Settings): void {
  for (const [throttle, bucket] of ledger.buckets) {
    const before = ledger.settings?.throttles.get(throttle)?.limits?.rate;
    const isKept = settings.throttles.get(throttle)?.limits != null;
    if (before === undefined || !isKept) ledger.buckets.delete(throttle);
    else ledger.buckets.set(throttle, { since: ledger.now, units: backlog(bucket, before, ledger.now) });
  }
}

/** From the first part on the book decides nothing more. */
export function onClosed(ledger: MeterLedger, data: BookClosed['data']): void {
  const { part, parts, version } = data.carried;
  ledger.closing = { at: millisecondsOf(data.at), version, part, parts };
}
