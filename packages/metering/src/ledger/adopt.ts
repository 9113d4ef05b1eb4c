import type { CarriedAmount, CarriedHold, CarriedPart, CarriedQuota, CarriedSettled } from './carried.ts';
import type { QuotaLine } from './events.ts';
import { openPeriod } from './evolve-period.ts';
import { millisecondsOf } from './instant.ts';
import { countedLines } from './quota-of.ts';
import { addQuota, type Quota } from './quotas.ts';
import { sharedLines, sharedRequest } from './shared.ts';
import type { Hold, MeterLedger, Settled } from './state.ts';

/** Takes over one part of the balances that the book before closed with. */
export function adoptPart(ledger: MeterLedger, carried: CarriedPart): void {
  const opening = ledger.opening ?? { closedAt: carried.version, quotas: [] };
  ledger.opening = carried.part < carried.parts ? opening : null;
  ledger.beganAt = millisecondsOf(carried.began_at);
  ledger.forgottenUntil = carried.forgotten_until;
  for (const { period, ...bounds } of carried.periods) ledger.periods[period] = openPeriod(bounds);
  for (const { throttle, since, units } of carried.buckets) {
    ledger.buckets.set(throttle, { since: millisecondsOf(since), units });
  }
  for (const carriedQuota of carried.quotas) {
    const quota = quotaFrom(carriedQuota);
    opening.quotas.push(quota);
    addQuota(ledger.quotas, quota);
  }
  for (const hold of carried.holds)
    ledger.holds.set(hold.tool_call_id, holdFrom(ledger, hold, opening.quotas));
  for (const ended of carried.settled) {
    ledger.settled.set(ended.tool_call_id, settledFrom(ledger, ended, opening.quotas));
  }
}

function quotaFrom(carried: CarriedQuota): Quota {
  return {
    key: carried.key,
    rule: carried.rule,
    kind: carried.kind,
    scope: carried.scope,
    periodStart: carried.period_start,
    periodEnd: carried.period_end,
    used: carried.used,
    reserved: carried.reserved,
    overrun: carried.overrun,
  };
}

function holdFrom(ledger: MeterLedger, carried: CarriedHold, quotas: readonly Quota[]): Hold {
  const lines = sharedLines(ledger, linesFrom(carried.lines, quotas));
  return {
    status: 'reserved',
    id: carried.tool_call_id,
    askedAt: carried.asked_at,
    request: sharedRequest(carried.request),
    expiresAt: carried.expires_at,
    onExpiry: carried.on_expiry,
    isPlace: carried.place === true,
    lines,
    counted: countedLines(ledger, lines),
  };
}

function settledFrom(ledger: MeterLedger, carried: CarriedSettled, quotas: readonly Quota[]): Settled {
  const shared = (amounts: readonly CarriedAmount[]) => sharedLines(ledger, linesFrom(amounts, quotas));
  return {
    status: carried.status,
    id: carried.tool_call_id,
    askedAt: carried.asked_at,
    endedAt: carried.ended_at,
    request: carried.request === null ? null : sharedRequest(carried.request),
    asked: shared(carried.asked),
    used: shared(carried.used),
    overrun: shared(carried.overrun),
    denial: carried.denial,
    ...(carried.reporter === undefined ? {} : { reporter: carried.reporter }),
  };
}

function linesFrom(amounts: readonly CarriedAmount[], quotas: readonly Quota[]): readonly QuotaLine[] {
  const lines: QuotaLine[] = [];
  for (const [place, amount] of amounts) {
    const quota = quotas[place];
    if (quota === undefined) continue;
    const { key, rule, scope, periodStart: period_start } = quota;
    lines.push({ key, rule, scope, period_start, amount });
  }
  return lines;
}
