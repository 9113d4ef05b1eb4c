import { publicEvents } from '@countersign/contracts';
import type { JsonObject } from '@countersign/event-sourcing';
import type { Publication } from '@countersign/message-bus';
import type {
  BookClosed,
  CarriedPart,
  QuotaAdjusted,
  QuotaCharged,
  QuotaConfigured,
  QuotaDenied,
  QuotaFailure,
  QuotaLine,
  QuotaOccupied,
  QuotaReserved,
  ThrottleCharge,
} from '@countersign/metering';
import { publishAs } from '@countersign/service';
import { partyOf } from '../usage/reporter.ts';

/** Stored events of a book to public ones, one to one. What only the fold needs stays inside: repeats, content, times. */
export const meterPublications: readonly Publication[] = [
  publishAs(publicEvents['agent.quota.reserved'], 'quota-reserved.v1', (data) => reserved(stored(data))),
  publishAs(publicEvents['agent.quota.denied'], 'quota-denied.v1', (data) => denied(stored(data))),
  publishAs(publicEvents['agent.quota.committed'], 'quota-committed.v1', without('at')),
  publishAs(publicEvents['agent.quota.released'], 'quota-released.v1', without('at')),
  publishAs(publicEvents['agent.quota.charged'], 'quota-charged.v1', (data) => charged(stored(data))),
  publishAs(publicEvents['agent.quota.occupied'], 'quota-occupied.v1', (data) => occupied(stored(data))),
  publishAs(publicEvents['agent.quota.overrun'], 'quota-overrun.v1', without('at')),
  publishAs(publicEvents['agent.quota.adjusted'], 'quota-adjusted.v1', (data) => adjusted(stored(data))),
  publishAs(publicEvents['agent.quota.period_opened'], 'quota-period-opened.v1', without('at')),
  publishAs(publicEvents['agent.quota.configured'], 'quota-configured.v1', (data) =>
    configured(stored(data)),
  ),
  publishAs(publicEvents['agent.quota.closed'], 'quota-closed.v1', (data) => closed(stored(data))),
];

/** Stored data is what this service wrote. */
function stored<Data>(data: JsonObject): Data {
  return data as unknown as Data;
}

function without(...names: readonly string[]) {
  return (data: JsonObject): JsonObject =>
    Object.fromEntries(Object.entries(data).filter(([name]) => !names.includes(name)));
}

function reserved({
  tool_call_id,
  lines,
  throttles,
  crossed,
  expires_at,
}: QuotaReserved['data']): JsonObject {
  return { tool_call_id, lines: plain(lines), throttles: named(throttles), crossed, expires_at };
}

function charged({
  tool_call_id: charge_id,
  lines,
  throttles,
  crossed,
  reporter,
}: QuotaCharged['data']): JsonObject {
  const by = reporter === undefined ? {} : { reported_by: partyOf(reporter) };
  return { charge_id, lines: plain(lines), throttles: named(throttles), crossed, ...by };
}

function adjusted({ tool_call_id, lines, cause, report }: QuotaAdjusted['data']): JsonObject {
  const changes = lines.map((line) => ({ ...line }));
  if (report === undefined) return { tool_call_id, lines: changes, cause };
  const { id: charge_id, reporter, lines: left } = report;
  const from = { charge_id, reported_by: partyOf(reporter), lines: plain(left) };
  return { tool_call_id, lines: changes, cause, report: from };
}

function occupied({ tool_call_id: place_id, lines, expires_at }: QuotaOccupied['data']): JsonObject {
  return { place_id, lines: plain(lines), expires_at };
}

function plain(lines: readonly QuotaLine[]): JsonObject[] {
  return lines.map((line) => ({ ...line }));
}

function named(throttles: readonly ThrottleCharge[]): JsonObject[] {
  return throttles.map(({ throttle: name, ...charge }) => ({ name, ...charge }));
}

function denied({ tool_call_id, which }: QuotaDenied['data']): JsonObject {
  const { limit, used, retry_after_ms } = which;
  return { tool_call_id, which: refusedBy(which), limit, used, retry_after_ms };
}

function refusedBy(failure: QuotaFailure): JsonObject {
  switch (failure.kind) {
    case 'meter': {
      const { kind, key, rule, scope, period_start } = failure;
      return { kind, key, rule, scope, period_start };
    }
    case 'throttle':
      return { kind: failure.kind, name: failure.throttle };
    case 'entitlement':
      return { kind: failure.kind, key: failure.key };
  }
}

function configured({ book, plan, entry, zone, anchor_day, carried }: QuotaConfigured['data']): JsonObject {
  const balances = carried && carriedBalances(carried);
  return { book, plan, entry: entry as unknown as JsonObject, zone, anchor_day, carried: balances };
}

function closed({ book, successor, carried }: BookClosed['data']): JsonObject {
  return { book, successor, carried: carriedBalances(carried) };
}

function carriedBalances({ part, parts, quotas, holds }: CarriedPart): JsonObject {
  const balances = quotas.map(({ kind: _, ...balance }) => balance);
  return { part, parts, balances, holds: holds.map(({ tool_call_id }) => tool_call_id) };
}
