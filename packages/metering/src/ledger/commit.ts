import { actualOf, adjust, type Call, chargesOf, overrunOf, roomIn, targetOf } from './adjust.ts';
import type { Amount, Commit } from './commands.ts';
import type { MeterEvent, QuotaLine } from './events.ts';
import { instantOf } from './instant.ts';
import { type MeterRejection, reject } from './rejection.ts';
import type { Hold, MeterLedger, Settings, Settled } from './state.ts';

/** Charges what a reserved call used, whenever its outcome comes. */
export function commit(
  { id, actual, assumed }: Commit,
  ledger: MeterLedger,
  settings: Settings,
  now: number,
): readonly MeterEvent[] | MeterRejection {
  const call = { at: instantOf(now), tool_call_id: id };
  const used = assumed ? [] : actual;
  const hold = ledger.holds.get(id);
  if (hold?.isPlace) return reject('unknown_reservation', `${id} is a place in a gauge: vacate it`);
  if (hold !== undefined) return commitHold(hold, used, assumed, call);
  const settled = ledger.settled.get(id);
  // A release that came before its reservation left nothing to charge.
  if (settled === undefined || settled.request === null) {
    return reject('unknown_reservation', `${id} has no reservation here; record its usage instead`);
  }
  switch (settled.status) {
    case 'expired':
      return commitExpired(settled, used, assumed, call, ledger, settings);
    case 'assumed':
    case 'released':
    case 'denied':
      return assumed ? [] : lateOutcome(settled, used, call, ledger, settings);
    case 'committed':
    case 'recorded':
      return assumed ? [] : repeatOfOutcome(settled, used);
  }
}

/** Up to what is held it is charged and the rest of the hold goes back; what is above it is overrun. */
function commitHold(
  { counted, expiresAt }: Hold,
  actual: readonly Amount[],
  assumed: boolean,
  call: Call,
): readonly MeterEvent[] {
  const { at, tool_call_id } = call;
  const late = expiresAt !== null && at >= expiresAt;
  const lines = counted.map((line) => {
    const amount = Math.min(actualOf(line, actual) ?? line.amount, line.amount);
    return amount === line.amount ? line : { ...line, amount };
  });
  const excess: QuotaLine[] = [];
  for (const line of counted) {
    const amount = (actualOf(line, actual) ?? line.amount) - line.amount;
    if (amount > 0) excess.push({ ...line, amount });
  }
  return [
    { type: 'quota-committed.v1', data: { at, tool_call_id, lines, assumed, late } },
    ...overrunOf(call, excess),
  ];
}

/** The hold was given back at its end, and then the call turns out to have run: what still fits, the rest as overrun. */
function commitExpired(
  settled: Settled,
  actual: readonly Amount[],
  assumed: boolean,
  call: Call,
  ledger: MeterLedger,
  settings: Settings,
): readonly MeterEvent[] {
  const lines: QuotaLine[] = [];
  const excess: QuotaLine[] = [];
  for (const charge of chargesOf(settled)) {
    const target = targetOf(charge, actual);
    const amount = Math.min(target, roomIn(charge.line, ledger, settings));
    lines.push({ ...charge.line, amount });
    if (target > amount) excess.push({ ...charge.line, amount: target - amount });
  }
  return [
    { type: 'quota-committed.v1', data: { ...call, lines, assumed, late: true } },
    ...overrunOf(call, excess),
  ];
}

/** An outcome after the ledger had settled without one: the difference, in the period that was fixed at the reservation. */
function lateOutcome(
  settled: Settled,
  actual: readonly Amount[],
  call: Call,
  ledger: MeterLedger,
  settings: Settings,
): readonly MeterEvent[] {
  const about = { ...call, cause: 'late_outcome', unreserved: null } as const;
  return adjust(chargesOf(settled), (charge) => targetOf(charge, actual), about, ledger, settings);
}

function repeatOfOutcome(settled: Settled, actual: readonly Amount[]): readonly never[] | MeterRejection {
  const same = chargesOf(settled).every(
    (charge) => targetOf(charge, actual) === charge.used + charge.overrun,
  );
  return same ? [] : reject('outcome_conflict', `${settled.id} has been charged with another outcome`);
}
