import { adjust, type Call, chargesOf } from './adjust.ts';
import type { Expire, Release } from './commands.ts';
import type { MeterEvent } from './events.ts';
import { instantOf, millisecondsOf } from './instant.ts';
import { type MeterRejection, reject } from './rejection.ts';
import type { MeterLedger, Settings, Settled } from './state.ts';

/** Most holds that one `expire` ends, so that an append stays bounded. */
export const MAX_EXPIRIES = 1_000;

/** Gives everything back, over the limit too. */
export function release(
  { id }: Release,
  ledger: MeterLedger,
  settings: Settings,
  now: number,
): readonly MeterEvent[] | MeterRejection {
  const call = { at: instantOf(now), tool_call_id: id };
  const hold = ledger.holds.get(id);
  if (hold?.isPlace) return reject('unknown_reservation', `${id} is a place in a gauge: vacate it`);
  if (hold !== undefined) {
    return [{ type: 'quota-released.v1', data: { ...call, lines: hold.lines, cause: 'released' } }];
  }
  const settled = ledger.settled.get(id);
  if (settled === undefined) {
    return [{ type: 'quota-released.v1', data: { ...call, lines: [], cause: 'never_reserved' } }];
  }
  switch (settled.status) {
    case 'released':
    case 'expired':
    case 'denied':
      return [];
    case 'assumed':
      return giveBack(settled, call, ledger, settings);
    case 'committed':
    case 'recorded':
      return reject('outcome_conflict', `${id} has been charged with an outcome`);
  }
}

/** The whole hold was charged for want of an outcome, and then the call turns out not to have run. */
function giveBack(
  settled: Settled,
  call: Call,
  ledger: MeterLedger,
  settings: Settings,
): readonly MeterEvent[] {
  const about = { ...call, cause: 'not_executed', unreserved: null } as const;
  return adjust(chargesOf(settled), () => 0, about, ledger, settings);
}

/**
 * Ends the holds whose time has come. Until this is decided such a hold goes on holding and can still be committed or
 * released: a hold ends by an event, never by a clock alone.
 */
export function expire({ limit }: Expire, ledger: MeterLedger, now: number): readonly MeterEvent[] {
  const events: MeterEvent[] = [];
  const at = instantOf(now);
  for (const { id, expiresAt, onExpiry, lines, counted } of ledger.holds.values()) {
    if (events.length >= Math.min(limit, MAX_EXPIRIES)) break;
    if (expiresAt === null || expiresAt > at) continue;
    const call = { at, tool_call_id: id };
    events.push(
      onExpiry === 'release'
        ? { type: 'quota-released.v1', data: { ...call, lines, cause: 'expired' } }
        : { type: 'quota-committed.v1', data: { ...call, lines: counted, assumed: true, late: false } },
    );
  }
  return events;
}

/** When the next hold falls due, in UTC milliseconds; null while none will. */
export function nextExpiry(ledger: MeterLedger): number | null {
  let next: string | null = null;
  for (const { expiresAt } of ledger.holds.values()) {
    if (expiresAt !== null && (next === null || expiresAt < next)) next = expiresAt;
  }
  return next === null ? null : millisecondsOf(next);
}
