import type { Plan } from '@countersign/access';
import type { Amount, Commit } from '../ledger/commands.ts';
import type { AdjustmentCause, MeterEvent, QuotaLine } from '../ledger/events.ts';
import {
  about,
  chargedAt,
  type Expected,
  held,
  isGauge,
  iso,
  type Log,
  levelAt,
  ms,
  of,
  same,
} from './oracle-log.ts';
import { rulesOf } from './oracle-plan.ts';

/** Without gauges, which know no settlement. */
export const counters = (lines: readonly QuotaLine[]) => lines.filter(({ key }) => !isGauge(key));

const reported = (actual: readonly Amount[], { key }: QuotaLine) =>
  actual.find((amount) => amount.key === key)?.amount;

type Standing = 'unknown' | 'denied' | 'released' | 'expired' | 'assumed' | 'committed' | 'recorded';

/** How an ended call stands, by the last event that says so. */
function standing(log: Log, id: string): Standing {
  const last = about(log, id).findLast(({ type }) => type !== 'quota-overrun.v1');
  switch (last?.type) {
    case 'quota-denied.v1':
      return 'denied';
    case 'quota-charged.v1':
      return 'recorded';
    case 'quota-committed.v1':
      return last.data.assumed ? 'assumed' : 'committed';
    case 'quota-released.v1':
      return last.data.cause === 'expired' ? 'expired' : 'released';
    case 'quota-adjusted.v1':
      if (last.data.cause === 'unreserved') return 'recorded';
      return last.data.cause === 'late_outcome' ? 'committed' : 'released';
    default:
      return 'unknown';
  }
}

/** What a call asked of counters: the lines of its reservation or its denial. */
function askedBy(log: Log, id: string): readonly QuotaLine[] {
  const mine = about(log, id);
  const asking = [
    ...of(mine, 'quota-reserved.v1'),
    ...of(mine, 'quota-denied.v1'),
    ...of(mine, 'quota-charged.v1'),
  ];
  return asking.flatMap(({ data }) => counters(data.lines));
}

function chargedTo(log: Log, id: string): readonly QuotaLine[] {
  const mine = about(log, id);
  return [
    ...of(mine, 'quota-adjusted.v1').flatMap(({ data }) => data.lines),
    ...of(mine, 'quota-overrun.v1').flatMap(({ data }) => data.lines),
  ];
}

function roomAt(log: Log, line: QuotaLine, plan: Plan): number {
  const limit = rulesOf(plan, line.key).find(({ rule }) => rule === line.rule)?.limit ?? null;
  return limit === null ? Number.POSITIVE_INFINITY : Math.max(0, limit - levelAt(log, line));
}

const overruns = (at: string, tool_call_id: string, lines: readonly QuotaLine[]): readonly MeterEvent[] =>
  lines.length === 0 ? [] : [{ type: 'quota-overrun.v1', data: { at, tool_call_id, lines } }];

/** What must come of a commit. */
export function commit(log: Log, { id, actual, assumed }: Commit, plan: Plan, now: number): Expected {
  const outcome = assumed ? [] : actual;
  const call = { at: iso(now), tool_call_id: id };
  const open = held(log).find(({ tool_call_id }) => tool_call_id === id);
  if (open?.isPlace) return 'unknown_reservation';
  const asked = askedBy(log, id);
  const wanted = asked.map((line) => ({ line, amount: reported(outcome, line) ?? line.amount }));
  if (open !== undefined) {
    const late = open.expires_at !== null && ms(open.expires_at) <= now;
    return committed(call, wanted, ({ line }) => line.amount, assumed, late);
  }
  switch (standing(log, id)) {
    case 'unknown':
      return 'unknown_reservation';
    case 'expired':
      return committed(call, wanted, ({ line }) => roomAt(log, line, plan), assumed, true);
    case 'released':
      if (!about(log, id).some(({ type }) => type === 'quota-reserved.v1')) return 'unknown_reservation';
      return assumed ? [] : adjusted(log, id, wanted, call, 'late_outcome', plan);
    case 'assumed':
    case 'denied':
      return assumed ? [] : adjusted(log, id, wanted, call, 'late_outcome', plan);
    case 'committed':
    case 'recorded':
      return assumed || agrees(log, id, outcome) ? [] : 'outcome_conflict';
  }
}

interface Wanted {
  readonly line: QuotaLine;
  readonly amount: number;
}

function committed(
  call: { readonly at: string; readonly tool_call_id: string },
  wanted: readonly Wanted[],
  bound: (wanted: Wanted) => number,
  assumed: boolean,
  late: boolean,
): readonly MeterEvent[] {
  const lines = wanted.map((each) => ({ ...each.line, amount: Math.min(each.amount, bound(each)) }));
  const excess = wanted
    .map((each, index) => ({ ...each.line, amount: each.amount - (lines[index]?.amount ?? 0) }))
    .filter(({ amount }) => amount > 0);
  return [
    { type: 'quota-committed.v1', data: { ...call, lines, assumed, late } },
    ...overruns(call.at, call.tool_call_id, excess),
  ];
}

/** Whether an outcome says of every counter what was charged to it already. */
function agrees(log: Log, id: string, outcome: readonly Amount[]): boolean {
  const asked = askedBy(log, id);
  return [...asked, ...chargedTo(log, id)].every((line) => {
    const { used, overrun } = chargedAt(log, line, id);
    const said = reported(outcome, line) ?? asked.find((other) => same(other, line))?.amount;
    return said === undefined || said === used + overrun;
  });
}

function adjusted(
  log: Log,
  id: string,
  wanted: readonly Wanted[],
  call: { readonly at: string; readonly tool_call_id: string },
  cause: AdjustmentCause,
  plan: Plan,
): readonly MeterEvent[] {
  const changes = wanted.map(({ line, amount: target }) => {
    const { used, overrun } = chargedAt(log, line, id);
    const more = Math.max(0, target - used - overrun);
    const less = Math.max(0, used + overrun - target);
    const fits = Math.min(more, roomAt(log, line, plan));
    const backFromOverrun = Math.min(less, overrun);
    // `0 -` and not a minus sign: minus zero is no JSON.
    return {
      line,
      amount: fits - (less - backFromOverrun),
      overrun: 0 - backFromOverrun,
      excess: more - fits,
    };
  });
  const lines = changes
    .filter(({ amount, overrun }) => amount !== 0 || overrun !== 0)
    .map(({ line, amount, overrun }) => ({ ...line, amount, overrun }));
  const excess = changes
    .filter((change) => change.excess > 0)
    .map((change) => ({ ...change.line, amount: change.excess }));
  if (lines.length + excess.length === 0) return [];
  return [
    { type: 'quota-adjusted.v1', data: { ...call, cause, unreserved: null, lines } },
    ...overruns(call.at, call.tool_call_id, excess),
  ];
}

/** What must come of a release. */
export function release(log: Log, id: string, plan: Plan, now: number): Expected {
  const call = { at: iso(now), tool_call_id: id };
  const open = held(log).find(({ tool_call_id }) => tool_call_id === id);
  if (open?.isPlace) return 'unknown_reservation';
  if (open !== undefined) {
    return [{ type: 'quota-released.v1', data: { ...call, lines: open.lines, cause: 'released' } }];
  }
  switch (standing(log, id)) {
    case 'unknown':
      return [{ type: 'quota-released.v1', data: { ...call, lines: [], cause: 'never_reserved' } }];
    case 'assumed': {
      const nothing = askedBy(log, id).map((line) => ({ line, amount: 0 }));
      return adjusted(log, id, nothing, call, 'not_executed', plan);
    }
    case 'denied':
    case 'released':
    case 'expired':
      return [];
    case 'committed':
    case 'recorded':
      return 'outcome_conflict';
  }
}

/** Usage without a reservation: what fits is charged, the rest is overrun. */
export function recorded(
  log: Log,
  lines: readonly QuotaLine[],
  call: { readonly at: string; readonly tool_call_id: string },
  unreserved: { readonly asked_at: string; readonly request: string },
  plan: Plan,
): readonly MeterEvent[] {
  const changes = counters(lines).map((line) => ({
    line,
    fits: Math.min(line.amount, roomAt(log, line, plan)),
  }));
  const charged = changes
    .filter(({ fits }) => fits > 0)
    .map(({ line, fits }) => ({ ...line, amount: fits, overrun: 0 }));
  const excess = changes
    .map(({ line, fits }) => ({ ...line, amount: line.amount - fits }))
    .filter(({ amount }) => amount > 0);
  if (charged.length + excess.length === 0) return [];
  return [
    { type: 'quota-adjusted.v1', data: { ...call, cause: 'unreserved', unreserved, lines: charged } },
    ...overruns(call.at, call.tool_call_id, excess),
  ];
}
