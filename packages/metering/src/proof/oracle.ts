import type { Plan } from '@countersign/access';
import type { Acquire, MeterCommand, RecordUsage, Reserve } from '../ledger/commands.ts';
import type { MeterEvent } from '../ledger/events.ts';
import type { QuotaFailure } from '../ledger/failure.ts';
import type { Scopes } from '../ledger/scope.ts';
import {
  about,
  configuration,
  type Expected,
  isGauge,
  iso,
  type Log,
  levelAt,
  ms,
  openReservations,
  timeOf,
} from './oracle-log.ts';
import { type Brought, brought, rulesOf } from './oracle-plan.ts';
import { commit, counters, recorded, release } from './oracle-settle.ts';
import { matching, throttled } from './oracle-throttle.ts';

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
    case 'acquire':
      return acquire(log, command, inForce, now);
    case 'commit':
      return commit(log, command, inForce.entry, now);
    case 'release':
      return release(log, command.id, inForce.entry, now);
    case 'record':
      return record(log, command, inForce, now);
    case 'expire':
      return openReservations(log)
        .filter(({ data }) => data.expires_at !== null && ms(data.expires_at) <= now)
        .slice(0, command.limit)
        .map(({ data }) => expiry(data, now));
  }
}

type Reservation = ReturnType<typeof openReservations>[number]['data'];

function expiry({ tool_call_id, lines, on_expiry }: Reservation, now: number): MeterEvent {
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
    if (type === 'quota-adjusted.v1' && data.unreserved !== null) return data.unreserved.request;
  }
  return null;
}

function acquire(log: Log, { key, amount, ...rest }: Acquire, inForce: InForce, now: number): Expected {
  if (!isGauge(key) && rulesOf(inForce.entry, key).length > 0) return 'invalid_command';
  const command = { ...rest, amounts: [{ key, amount }], traffic: null, onExpiry: 'release' } as const;
  return reserve(log, { ...command, expiresAt: null }, inForce, now);
}

type Asking = Omit<Reserve, 'type' | 'expiresAt'> & { readonly expiresAt: number | null };

function reserve(log: Log, command: Asking, { entry, anchor_day }: InForce, now: number): Expected {
  const { amounts, scopes, traffic } = command;
  const request = text(amounts, scopes, traffic);
  if (about(log, command.id).length > 0) {
    const earlier = requestOf(log, command.id);
    return earlier === null || earlier === request ? [] : 'reservation_conflict';
  }
  const found = brought(log, amounts, scopes, entry, anchor_day, now);
  if (found === null) return 'invalid_command';
  const throttles = matching(entry, traffic);
  const calls = traffic?.amount ?? 0;
  const failures: QuotaFailure[] = [
    ...found.lines.flatMap((each) => overQuota(log, each, now)),
    ...throttles.flatMap((throttle) => throttled(log, throttle, calls, now)),
  ];
  if (found.lines.length === 0 && throttles.length === 0) {
    for (const { key, amount } of amounts.filter((asked) => asked.amount > 0)) {
      failures.push({ kind: 'entitlement', key, amount, limit: 0, used: 0, retry_after_ms: null });
    }
  }
  const lines = found.lines.map(({ line }) => line);
  const asked = { at: iso(now), tool_call_id: command.id, asked_at: iso(command.askedAt), request, lines };
  const waits = failures.map(({ retry_after_ms }) => retry_after_ms ?? Number.POSITIVE_INFINITY);
  const which = failures[waits.indexOf(Math.max(...waits))];
  if (which !== undefined) {
    return [...found.opened, { type: 'quota-denied.v1', data: { ...asked, which, failures } }];
  }
  const data = {
    ...asked,
    throttles: throttles
      .filter(({ rate }) => rate !== null)
      .map(({ name }) => ({ throttle: name, amount: calls })),
    expires_at: command.expiresAt === null ? null : iso(command.expiresAt),
    on_expiry: command.onExpiry,
    crossed: found.lines.filter((each) => isCrossing(log, each)).map(({ rule }) => rule.rule),
  };
  return [...found.opened, { type: 'quota-reserved.v1', data }];
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
