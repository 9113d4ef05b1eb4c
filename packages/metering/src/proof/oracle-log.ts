import type { PeriodKind, Plan } from '@countersign/access';
import type { AdjustedLine, MeterEvent, QuotaConfigured, QuotaLine } from '../ledger/events.ts';

/**
 * What a log says, found by reading all of it each time. No state is kept and nothing is shared with the ledger but the
 * shape of its events.
 */
export type Log = readonly MeterEvent[];

/** What must come of a command: events, or the code of a rejection. */
export type Expected = readonly MeterEvent[] | string;

type Identity = Pick<QuotaLine, 'rule' | 'scope' | 'period_start'>;

export const iso = (milliseconds: number) => new Date(milliseconds).toISOString();
export const ms = (text: string) => new Date(text).getTime();

export function of<Type extends MeterEvent['type']>(
  log: Log,
  type: Type,
): readonly Extract<MeterEvent, { type: Type }>[] {
  return log.filter((event): event is Extract<MeterEvent, { type: Type }> => event.type === type);
}

export function about(log: Log, id: string): Log {
  return log.filter((event) => 'tool_call_id' in event.data && event.data.tool_call_id === id);
}

export function timeOf(log: Log): number {
  return Math.max(0, ...log.map((event) => ms(event.data.at)));
}

export function configuration(log: Log): QuotaConfigured['data'] | undefined {
  return of(log, 'quota-configured.v1').at(-1)?.data;
}

/** Reservations that nothing has ended, the oldest first. */
export function openReservations(log: Log) {
  const ends = [...of(log, 'quota-committed.v1'), ...of(log, 'quota-released.v1')];
  const ended = new Set(ends.map(({ data }) => data.tool_call_id));
  return of(log, 'quota-reserved.v1').filter(({ data }) => !ended.has(data.tool_call_id));
}

const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0);

export function same(one: Identity, other: Identity): boolean {
  return one.rule === other.rule && one.scope === other.scope && one.period_start === other.period_start;
}

function amountsAt(lines: readonly QuotaLine[], identity: Identity): number {
  return sum(lines.filter((line) => same(line, identity)).map(({ amount }) => amount));
}

export const isGauge = (key: string) => ['users', 'active_agents', 'concurrent_calls'].includes(key);

/** What one call, or with `id` undefined every call, was charged at a counter. */
export function chargedAt(log: Log, identity: Identity, id?: string): { used: number; overrun: number } {
  const events = id === undefined ? log : about(log, id);
  const adjusted = of(events, 'quota-adjusted.v1').flatMap(({ data }) => data.lines);
  const mine = adjusted.filter((line: AdjustedLine) => same(line, identity));
  return {
    used:
      sum(of(events, 'quota-committed.v1').map(({ data }) => amountsAt(data.lines, identity))) +
      sum(mine.map(({ amount }) => amount)),
    overrun:
      sum(of(events, 'quota-overrun.v1').map(({ data }) => amountsAt(data.lines, identity))) +
      sum(mine.map(({ overrun }) => overrun)),
  };
}

/** Everything that stands against a counter's limit. */
export function levelAt(log: Log, identity: Identity): number {
  const { used, overrun } = chargedAt(log, identity);
  const held = sum(openReservations(log).map(({ data }) => amountsAt(data.lines, identity)));
  return used + overrun + held;
}

/**
 * The calls in a throttle's bucket that have not drained at `now`, times 60,000: an exact token bucket, replayed from
 * its first charge over every change of its rate. `rateUnder` is null under a plan that does not throttle.
 */
export function undrained(
  log: Log,
  throttle: string,
  rateUnder: (plan: Plan) => bigint | null,
  now: number,
): bigint {
  let units = 0n;
  let rate: bigint | null = null;
  let at = 0;
  for (const { type, data } of log) {
    const time = Math.max(at, ms(data.at));
    units = drained(units, rate, at, time);
    at = time;
    if (type === 'quota-configured.v1') rate = rateUnder(data.entry);
    if (rate === null) units = 0n;
    if (type !== 'quota-reserved.v1') continue;
    for (const charge of data.throttles) {
      if (charge.throttle === throttle) units += BigInt(charge.amount) * 60_000n;
    }
  }
  return drained(units, rate, at, now);
}

function drained(units: bigint, rate: bigint | null, from: number, to: number): bigint {
  const left = units - BigInt(to - from) * (rate ?? 0n);
  return left > 0n ? left : 0n;
}

/** The last opened period of a kind: its bounds and the anchor day it was opened under. */
export function lastPeriod(log: Log, kind: PeriodKind) {
  const opened = of(log, 'quota-period-opened.v1').filter(({ data }) => data.period === kind);
  const last = opened.at(-1)?.data;
  return last && { start: ms(last.start), end: ms(last.end), anchorDay: last.anchor_day };
}
