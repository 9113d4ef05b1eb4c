import type { Plan } from '@countersign/access';
import type { Charge, MeterCommand, RecordUsage, Refund, Reserve } from '../ledger/commands.ts';
import type { MeterEvent, QuotaAdjusted, QuotaLine, Report } from '../ledger/events.ts';
import type { QuotaFailure } from '../ledger/failure.ts';
import type { Scopes } from '../ledger/scope.ts';
import {
  about,
  configuration,
  type Expected,
  type Held,
  held,
  iso,
  type Log,
  levelAt,
  ms,
  of,
  same,
  timeOf,
} from './oracle-log.ts';
import { type Brought, brought } from './oracle-plan.ts';
import { commit, counters, recorded, release } from './oracle-settle.ts';
import { matching, taken, throttled } from './oracle-throttle.ts';

interface InForce {
  readonly entry: Plan;
  readonly anchor_day: number;
}

/**
 * Decides a command from the whole log, in UTC: slow, without state, and written against the words of the specification
 * rather than the ledger's code. `close` is no part of it: closing is tested by what comes after.
 */
export function expected(log: Log, command: Exclude<MeterCommand, { type: 'close' }>): Expected {
  const now = Math.max(timeOf(log), command.at);
  const inForce = configuration(log);
  if (command.type === 'configure') {
    const { plan, entry, zone, anchorDay: anchor_day } = command;
    const wanted = { plan, entry, zone, anchor_day };
    if (inForce !== undefined) {
      const { at: _at, book: _book, carried: _carried, ...known } = inForce;
      if (JSON.stringify(known) === JSON.stringify(wanted)) return [];
    }
    return [{ type: 'quota-configured.v1', data: { at: iso(now), book: 1, ...wanted, carried: null } }];
  }
  if (inForce === undefined) return 'not_configured';
  switch (command.type) {
    case 'reserve':
      return reserve(log, command, inForce, now);
    case 'charge':
      return charge(log, command, inForce, now);
    case 'refund':
      return refund(log, command, now);
    case 'acquire':
    case 'occupy':
    case 'vacate':
      return place(log, command, inForce, now);
    case 'commit':
      return commit(log, command, inForce.entry, now);
    case 'release':
      return release(log, command.id, inForce.entry, now);
    case 'record':
      return record(log, command, inForce, now);
    case 'expire':
      return held(log)
        .filter(({ expires_at }) => expires_at !== null && ms(expires_at) <= now)
        .slice(0, command.limit)
        .map((hold) => expiry(hold, now));
  }
}

function expiry({ tool_call_id, lines, on_expiry }: Held, now: number): MeterEvent {
  const call = { at: iso(now), tool_call_id };
  return on_expiry === 'release'
    ? { type: 'quota-released.v1', data: { ...call, lines, cause: 'expired' } }
    : { type: 'quota-committed.v1', data: { ...call, lines: counters(lines), assumed: true, late: false } };
}

function text(amounts: Reserve['amounts'], scopes: Scopes, traffic: Reserve['traffic']): string {
  const { organization, workspace = null, project = null, user = null } = scopes;
  const endpoint = traffic?.endpoint ?? { method: null, path: null };
  return JSON.stringify([
    amounts.map(({ key, amount }) => [key, amount]),
    [organization, workspace, project, user],
    traffic && [traffic.categories, endpoint.method, endpoint.path, traffic.amount],
  ]);
}

/** The content under which an id is known; null for one that was given up before it asked for anything. */
function requestOf(log: Log, id: string): string | null {
  for (const { type, data } of [...about(log, id)].reverse()) {
    if (type === 'quota-reserved.v1' || type === 'quota-denied.v1') return data.request;
    if (type === 'quota-charged.v1' || type === 'quota-occupied.v1') return data.request;
    if (type === 'quota-adjusted.v1' && data.unreserved !== null) return data.unreserved.request;
  }
  return null;
}

/** What an id that is known under other content, or under this one, is answered with; null for a new one. */
function repeat(log: Log, id: string | null, request: string): Expected | null {
  if (id === null || about(log, id).length === 0) return null;
  const earlier = requestOf(log, id);
  return earlier === null || earlier === request ? [] : 'reservation_conflict';
}

type Asking = Pick<Reserve, 'amounts' | 'scopes' | 'traffic'>;

/** A request brought to the plan: the lines and throttles that it takes, and what stands in its way. */
function asked(
  log: Log,
  { amounts, scopes, traffic }: Asking,
  { entry, anchor_day }: InForce,
  now: number,
  isEntitled = false,
) {
  const found = brought(log, amounts, scopes, entry, anchor_day, now);
  if (found === null) return null;
  const throttles = matching(entry, traffic);
  const calls = traffic?.amount ?? 0;
  const failures: QuotaFailure[] = [
    ...found.lines.flatMap((each) => overQuota(log, each, now)),
    ...throttles.flatMap((throttle) => throttled(log, throttle, calls, now)),
  ];
  if (found.lines.length === 0 && throttles.length === 0 && !isEntitled) {
    for (const { key, amount } of amounts.filter((each) => each.amount > 0)) {
      failures.push({ kind: 'entitlement', key, amount, limit: 0, used: 0, retry_after_ms: null });
    }
  }
  const waits = failures.map(({ retry_after_ms }) => retry_after_ms ?? Number.POSITIVE_INFINITY);
  return {
    opened: found.opened,
    lines: found.lines.map(({ line }) => line),
    throttles: throttles.flatMap((throttle) => taken(log, throttle, calls, now)),
    crossed: found.lines.filter((each) => isCrossing(log, each)).map(({ rule }) => rule.rule),
    failures,
    which: failures[waits.indexOf(Math.max(...waits))],
  };
}

function reserve(log: Log, command: Reserve, inForce: InForce, now: number): Expected {
  const request = text(command.amounts, command.scopes, command.traffic);
  const repeated = repeat(log, command.id, request);
  if (repeated !== null) return repeated;
  const { counters: named, gauges, throttles: limits } = inForce.entry;
  const isEntitled = Object.keys({ ...named, ...gauges }).length + limits.length > 0;
  const found = asked(log, command, inForce, now, isEntitled);
  if (found === null) return 'invalid_command';
  const { opened, lines, throttles, crossed, failures, which } = found;
  const about = { at: iso(now), tool_call_id: command.id, asked_at: iso(command.askedAt), request, lines };
  if (which !== undefined)
    return [...opened, { type: 'quota-denied.v1', data: { ...about, which, failures } }];
  const end = { expires_at: iso(command.expiresAt), on_expiry: command.onExpiry };
  return [...opened, { type: 'quota-reserved.v1', data: { ...about, throttles, ...end, crossed } }];
}

function charge(log: Log, command: Charge, inForce: InForce, now: number): Expected {
  if (command.amounts.some(({ key }) => key in inForce.entry.gauges)) return 'invalid_command';
  const request = text(command.amounts, command.scopes, command.traffic);
  const repeated = repeat(log, command.id, request);
  if (repeated !== null) return repeated;
  const found = asked(log, command, inForce, now);
  if (found === null) return 'invalid_command';
  const { opened, lines, throttles, crossed, which } = found;
  if (which !== undefined) return { refused: which };
  const { reporter } = command;
  if (lines.length + throttles.length === 0 && reporter === undefined) return [];
  const about = { at: iso(now), tool_call_id: command.id, asked_at: iso(command.askedAt), request };
  const by = reporter === undefined ? {} : { reporter };
  return [...opened, { type: 'quota-charged.v1', data: { ...about, lines, throttles, crossed, ...by } }];
}

function place(
  log: Log,
  command: Extract<MeterCommand, { type: 'acquire' | 'occupy' | 'vacate' }>,
  inForce: InForce,
  now: number,
): Expected {
  const { id } = command;
  const open = held(log).find(({ tool_call_id }) => tool_call_id === id);
  if (command.type === 'vacate') {
    if (!open?.isPlace) return [];
    const data = { at: iso(now), tool_call_id: id, lines: open.lines, cause: 'released' } as const;
    return [{ type: 'quota-released.v1', data }];
  }
  const { key, amount, scopes } = command;
  if (key in inForce.entry.counters) return 'invalid_command';
  const asking = { amounts: [{ key, amount }], scopes, traffic: null };
  const request = text(asking.amounts, scopes, null);
  const isKnown = about(log, id).length > 0;
  if (isKnown && (!open?.isPlace || open.request !== request)) return 'reservation_conflict';
  const data = { at: iso(now), tool_call_id: id, asked_at: iso(command.askedAt), request };
  if (open !== undefined) {
    if (command.type === 'acquire' || open.expires_at === null) return [];
    return [{ type: 'quota-occupied.v1', data: { ...data, lines: open.lines, expires_at: null } }];
  }
  const found = asked(log, asking, inForce, now);
  if (found === null) return 'invalid_command';
  if (command.type === 'acquire' && found.which !== undefined) return { refused: found.which };
  const expires_at = command.type === 'acquire' ? iso(command.expiresAt) : null;
  return [{ type: 'quota-occupied.v1', data: { ...data, lines: found.lines, expires_at } }];
}

/** As much of a report as its charge and everything that was taken back from it since leave. */
function refund(log: Log, command: Refund, now: number): Expected {
  const { id, of: named, key, amount, by } = command;
  const request = JSON.stringify(['refund', named, key, amount]);
  const repeated = repeat(log, id, request);
  if (repeated !== null) return repeated;
  const report = reported(log, named) ?? command.report;
  if (report === null || report.lines.some((line) => line.key !== key)) return 'unknown_report';
  if (by !== null && by !== report.reporter) return 'unknown_report';
  const back = report.lines.map((line) => ({ ...line, amount: Math.min(amount, line.amount) }));
  const lines = back
    .filter((line) => line.amount > 0)
    .map((line) => ({ ...line, amount: 0 - line.amount, overrun: 0 }));
  const left = report.lines.map((line, index) => ({
    ...line,
    amount: line.amount - (back[index]?.amount ?? 0),
  }));
  const unreserved = { asked_at: iso(command.askedAt), request };
  const data = { at: iso(now), tool_call_id: id, cause: 'refunded', unreserved, lines } as const;
  return [{ type: 'quota-adjusted.v1', data: { ...data, report: { ...report, lines: left } } }];
}

/** What a charge counted, less all that was ever taken back from it; null where the log knows of neither. */
function reported(log: Log, id: string): Report | null {
  const refunds = of(log, 'quota-adjusted.v1').flatMap(({ data }) => (data.report?.id === id ? [data] : []));
  const charged = of(log, 'quota-charged.v1').find(({ data }) => data.tool_call_id === id)?.data;
  const [first] = refunds;
  if (charged?.reporter === undefined && first?.report === undefined) return null;
  const takenFrom = (line: QuotaLine, from: readonly QuotaAdjusted['data'][]) =>
    from
      .flatMap(({ lines }) => lines.filter((other) => same(other, line)))
      .reduce((sum, { amount }) => sum - amount, 0);
  const whole =
    charged?.lines ??
    first?.report?.lines.map((line) => ({ ...line, amount: line.amount + takenFrom(line, [first]) })) ??
    [];
  const lines = whole.map((line) => ({ ...line, amount: line.amount - takenFrom(line, refunds) }));
  return { id, reporter: charged?.reporter ?? first?.report?.reporter ?? '', lines };
}

function overQuota(log: Log, { line, rule, end }: Brought, now: number): readonly QuotaFailure[] {
  const { limit, strict } = rule;
  if (limit === null || line.amount === 0) return [];
  const used = levelAt(log, line);
  const fits = (level: number) => (strict ? level + line.amount <= limit : level < limit);
  if (fits(used)) return [];
  const retry_after_ms = end !== null && fits(0) ? end - now : null;
  return [{ kind: 'meter', ...line, limit, used, retry_after_ms }];
}

function isCrossing(log: Log, { line, rule }: Brought): boolean {
  return !rule.strict && rule.limit !== null && levelAt(log, line) + line.amount > rule.limit;
}

function record(log: Log, command: RecordUsage, { entry, anchor_day }: InForce, now: number): Expected {
  const { id, amounts, scopes } = command;
  const request = text(amounts, scopes, null);
  const earlier = requestOf(log, id);
  if (earlier !== null) return earlier === request ? [] : 'reservation_conflict';
  const found = brought(log, amounts, scopes, entry, anchor_day, now);
  if (found === null) return 'invalid_command';
  const lines = found.lines.map(({ line }) => line);
  const call = { at: iso(now), tool_call_id: id };
  const events = recorded(log, lines, call, { asked_at: iso(command.askedAt), request }, entry);
  return events.length === 0 ? [] : [...found.opened, ...events];
}
