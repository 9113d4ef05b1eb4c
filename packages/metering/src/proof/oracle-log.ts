import type { PeriodKind, Plan } from '@countersign/access';
import type {
  AdjustedLine,
  MeterEvent,
  QuotaConfigured,
  QuotaLine,
  QuotaOccupied,
  QuotaReserved,
} from '../ledger/events.ts';
import type { QuotaFailure } from '../ledger/failure.ts';

/**
 * What a log says, found by reading all of it each time. No state is kept and nothing is shared with the ledger but the
 * shape of its events.
 */
export type Log = readonly MeterEvent[];

/** What must come of a command: events, the code of a rejection, or what a refusal names. */
export type Expected = readonly MeterEvent[] | string | { readonly refused: QuotaFailure };

type Identity = Pick<QuotaLine, 'rule' | 'scope' | 'period_start'>;

/** RFC 3339 of ms since 1970. */
export const iso = (milliseconds: number) => new Date(milliseconds).toISOString();
/** Ms since 1970 of RFC 3339. */
export const ms = (text: string) => new Date(text).getTime();

/** The events of one type, in order. */
export function of<Type extends MeterEvent['type']>(
  log: Log,
  type: Type,
): readonly Extract<MeterEvent, { type: Type }>[] {
  return log.filter((event): event is Extract<MeterEvent, { type: Type }> => event.type === type);
}

/** What the log says of an id; a place that was given back is forgotten, and its id is free again. */
export function about(log: Log, id: string): Log {
  const mine = log.filter((event) => 'tool_call_id' in event.data && event.data.tool_call_id === id);
  const forgotten = mine.findLastIndex(
    ({ type }, index) => type === 'quota-released.v1' && mine[index - 1]?.type === 'quota-occupied.v1',
  );
  return mine.slice(forgotten + 1);
}

/** The latest time that an event bears, ms since 1970; 0 for none. */
export function timeOf(log: Log): number {
  return Math.max(0, ...log.map((event) => ms(event.data.at)));
}

/** The settings in force. */
export function configuration(log: Log): QuotaConfigured['data'] | undefined {
  return of(log, 'quota-configured.v1').at(-1)?.data;
}

/** What is held: reservations that nothing has ended and places, the oldest first. */
export interface Held extends Pick<QuotaReserved['data'], 'tool_call_id' | 'request' | 'on_expiry'> {
  readonly isPlace: boolean;
  readonly expires_at: string | null;
  /** Under the plan in force: a changed one counts its gauges anew. */
  readonly lines: readonly QuotaLine[];
}

/** All that is held now, found from the log alone. */
export function held(log: Log): readonly Held[] {
  const ids = new Set(log.flatMap(({ data }) => ('tool_call_id' in data ? (data.tool_call_id ?? []) : [])));
  const found = [...ids].flatMap((id) => {
    const mine = about(log, id);
    const first = mine.find(({ type }) => type === 'quota-reserved.v1' || type === 'quota-occupied.v1');
    if (first === undefined) return [];
    if (mine.some(({ type }) => type === 'quota-committed.v1' || type === 'quota-released.v1')) return [];
    return [{ since: log.indexOf(first), ...holdOf(log, first, mine) }];
  });
  return found.sort((one, other) => one.since - other.since).map(({ since: _, ...hold }) => hold);
}

function holdOf(log: Log, first: MeterEvent, mine: Log): Held {
  const isPlace = first.type === 'quota-occupied.v1';
  const taken = isPlace ? of(mine, first.type) : of(mine, 'quota-reserved.v1');
  const { data } = taken[0] as (typeof taken)[number];
  return {
    isPlace,
    tool_call_id: data.tool_call_id,
    request: data.request,
    on_expiry: 'on_expiry' in data ? data.on_expiry : 'release',
    expires_at: taken.at(-1)?.data.expires_at ?? null,
    lines: linesNow(log, first, data),
  };
}

function linesNow(
  log: Log,
  first: MeterEvent,
  { lines, request }: QuotaOccupied['data'] | QuotaReserved['data'],
) {
  const since = log.slice(log.indexOf(first));
  const entry = of(since, 'quota-configured.v1').at(-1)?.data.entry;
  if (entry === undefined) return lines;
  const [asked, [organization, workspace, project, user]] = JSON.parse(request);
  const ids = { organization, workspace, project, user };
  const gauges = (asked as readonly [string, number][]).flatMap(([key, amount]) =>
    (entry.gauges[key as 'users'] ?? []).flatMap(({ scope }) => {
      const named = scopeIn(scope, ids);
      const line = { key, rule: `${key}.${scope}.total`, period_start: null, amount };
      return named === null ? [] : [{ ...line, scope: named }];
    }),
  );
  return [...lines.filter(({ key }) => !isGauge(key)), ...gauges];
}

/** What a rule counts by, in the ids of a request; null where one is missing. */
export function scopeIn(
  kind: string,
  ids: { readonly [kind: string]: string | null | undefined },
): string | null {
  const named = (kind === 'project_user' ? ['project', 'user'] : [kind]).map((part) => ids[part]);
  return named.some((id) => id == null) ? null : [kind, ...named].join(':');
}

const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0);

/** Whether two lines are about the same counter. */
export function same(one: Identity, other: Identity): boolean {
  return one.rule === other.rule && one.scope === other.scope && one.period_start === other.period_start;
}

function amountsAt(lines: readonly QuotaLine[], identity: Identity): number {
  return sum(lines.filter((line) => same(line, identity)).map(({ amount }) => amount));
}

/** Whether a key is a level and not a sum. */
export const isGauge = (key: string) => ['users', 'active_agents', 'concurrent_calls'].includes(key);

/** What one call, or with `id` undefined every call, was charged at a counter. */
export function chargedAt(log: Log, identity: Identity, id?: string): { used: number; overrun: number } {
  const events = id === undefined ? log : about(log, id);
  // What a refund takes back is the report's that it names.
  const adjusted = of(log, 'quota-adjusted.v1')
    .filter(({ data }) => id === undefined || (data.report?.id ?? data.tool_call_id) === id)
    .flatMap(({ data }) => data.lines);
  const mine = adjusted.filter((line: AdjustedLine) => same(line, identity));
  return {
    used:
      sum(of(events, 'quota-committed.v1').map(({ data }) => amountsAt(data.lines, identity))) +
      sum(of(events, 'quota-charged.v1').map(({ data }) => amountsAt(data.lines, identity))) +
      sum(mine.map(({ amount }) => amount)),
    overrun:
      sum(of(events, 'quota-overrun.v1').map(({ data }) => amountsAt(data.lines, identity))) +
      sum(mine.map(({ overrun }) => overrun)),
  };
}

/** Everything that stands against a counter's limit. */
export function levelAt(log: Log, identity: Identity): number {
  const { used, overrun } = chargedAt(log, identity);
  return used + overrun + sum(held(log).map(({ lines }) => amountsAt(lines, identity)));
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
    if (type !== 'quota-reserved.v1' && type !== 'quota-charged.v1') continue;
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
