import type { Amount } from './commands.ts';
import type { AdjustedLine, MeterEvent, QuotaAdjusted, QuotaLine } from './events.ts';
import { findQuota, levelOf, quotaKey } from './quotas.ts';
import type { MeterLedger, Settings, Settled } from './state.ts';

/** What one counter was asked for by an ended reservation (null: unknown), and what it was charged. */
export interface Charge {
  readonly line: QuotaLine;
  readonly asked: number | null;
  readonly used: number;
  readonly overrun: number;
}

/** Every counter that an ended reservation touched. */
export function chargesOf(settled: Settled): readonly Charge[] {
  const charges = new Map<string, Charge>();
  const add = (lines: readonly QuotaLine[], part: 'asked' | 'used' | 'overrun') => {
    for (const line of lines) {
      const key = quotaKey(line);
      const known = charges.get(key) ?? { line, asked: null, used: 0, overrun: 0 };
      charges.set(key, { ...known, [part]: (known[part] ?? 0) + line.amount });
    }
  };
  add(settled.asked, 'asked');
  add(settled.used, 'used');
  add(settled.overrun, 'overrun');
  return [...charges.values()];
}

/** What a charge should come to, by what was really used; a key that is not named was used as asked. */
export function targetOf({ line, asked, used, overrun }: Charge, actual: readonly Amount[]): number {
  return actualOf(line, actual) ?? asked ?? used + overrun;
}

/** What was really used of a line's key, if that is known. */
export function actualOf({ key }: QuotaLine, actual: readonly Amount[]): number | undefined {
  return actual.find((amount) => amount.key === key)?.amount;
}

/** What still fits under the limit of a line's counter. Usage is charged there first, the rest is overrun. */
export function roomIn(line: QuotaLine, ledger: MeterLedger, settings: Settings): number {
  const limit = settings.rules.get(line.rule)?.limit ?? Number.MAX_SAFE_INTEGER;
  return Math.max(0, limit - levelOf(findQuota(ledger.quotas, line)));
}

/** The call that an event is about, and when. */
export interface Call {
  readonly at: string;
  readonly tool_call_id: string;
}

/**
 * The events that bring charges to their targets, each in the period that its reservation fixed. Less gives back overrun
 * first; more is charged as far as it fits, the rest is overrun. No difference, no event.
 */
export function adjust(
  charges: readonly Charge[],
  target: (charge: Charge) => number,
  about: Call & Pick<QuotaAdjusted['data'], 'cause' | 'unreserved'>,
  ledger: MeterLedger,
  settings: Settings,
): readonly MeterEvent[] {
  const lines: AdjustedLine[] = [];
  const excess: QuotaLine[] = [];
  for (const charge of charges) {
    const change = adjustmentOf(charge, target(charge), ledger, settings);
    if (change.line !== null) lines.push(change.line);
    if (change.excess > 0) excess.push({ ...charge.line, amount: change.excess });
  }
  if (lines.length === 0 && excess.length === 0) return [];
  return [{ type: 'quota-adjusted.v1', data: { ...about, lines } }, ...overrunOf(about, excess)];
}

/** What brings one charge to its target: its line, null where nothing changes, and what does not fit. */
export function adjustmentOf(
  charge: Charge,
  target: number,
  ledger: MeterLedger,
  settings: Settings,
): { readonly line: AdjustedLine | null; readonly excess: number } {
  const difference = target - charge.used - charge.overrun;
  const overrun = difference < 0 ? 0 - Math.min(charge.overrun, -difference) : 0;
  const amount =
    difference < 0 ? difference - overrun : Math.min(difference, roomIn(charge.line, ledger, settings));
  const line = amount === 0 && overrun === 0 ? null : { ...charge.line, amount, overrun };
  return { line, excess: Math.max(0, difference - amount - overrun) };
}

/** The event that records usage beyond what was admitted; none where there is none. */
export function overrunOf({ at, tool_call_id }: Call, lines: readonly QuotaLine[]): readonly MeterEvent[] {
  return lines.length === 0 ? [] : [{ type: 'quota-overrun.v1', data: { at, tool_call_id, lines } }];
}
