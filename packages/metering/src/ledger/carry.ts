import type {
  CarriedAmount,
  CarriedHold,
  CarriedPart,
  CarriedPeriod,
  CarriedQuota,
  CarriedSettled,
} from './carried.ts';
import type { QuotaLine } from './events.ts';
import { instantOf } from './instant.ts';
import { allQuotas, findQuota, type Quota, type QuotaTable } from './quotas.ts';
import type { Hold, MeterLedger, Settled } from './state.ts';

/** How long an ended reservation is remembered after its book has closed, in milliseconds: a day. */
export const DEDUPE_WINDOW_MS = 86_400_000;

/** How many ended reservations are remembered at most after their book has closed; within a book all are. */
export const MAX_DEDUPE_ENTRIES = 10_000;

/**
 * Quotas, holds and ended reservations in one part: some 200 kB, and under a plan of two dozen rules for each call still within
 * the 1 MiB that a store takes as one event. A book that is half closed needs the number that it began with.
 */
export const MAX_PART_ENTRIES = 500;

/** What a book hands to its successor, in parts that are made when they are asked for. */
export interface CarriedParts {
  readonly count: number;
  /** From 1 to `count`; the same each time. */
  part(number: number): CarriedPart;
}

/** What a book hands to its successor at `at`. `version` is the book's own before it began to close. */
export function carriedParts(ledger: MeterLedger, version: number, at: number): CarriedParts {
  const settled = remembered(ledger, at);
  const holds = [...ledger.holds.values()];
  const quotas = neededQuotas(ledger, holds, settled, at);
  const placeOf = new Map<Quota | undefined, number>(quotas.map((quota, place) => [quota, place]));
  const places = { table: ledger.quotas, placeOf };
  const whole = {
    version,
    began_at: instantOf(ledger.beganAt),
    forgotten_until: forgottenUntil(ledger, settled),
    periods: carriedPeriods(ledger),
    buckets: [...ledger.buckets].map(([throttle, { since, units }]) => ({
      throttle,
      since: instantOf(since),
      units,
    })),
  };
  const entries = quotas.length + holds.length + settled.length;
  const count = Math.max(1, Math.ceil(entries / MAX_PART_ENTRIES));
  return {
    count,
    part(number) {
      // All quotas, then all holds, then all that ended, as if they were one list.
      const from = (number - 1) * MAX_PART_ENTRIES;
      const slice = <Entry>(list: readonly Entry[], before: number): readonly Entry[] =>
        list.slice(Math.max(0, from - before), Math.max(0, from + MAX_PART_ENTRIES - before));
      return {
        part: number,
        parts: count,
        ...whole,
        quotas: slice(quotas, 0).map((quota) => carriedQuota(quota, ledger)),
        holds: slice(holds, quotas.length).map((hold) => carriedHold(hold, places)),
        settled: slice(settled, quotas.length + holds.length).map((ended) => carriedSettled(ended, places)),
      };
    },
  };
}

/** The ended reservations that are still worth knowing: the latest of the last day. */
function remembered(ledger: MeterLedger, at: number): readonly Settled[] {
  const since = instantOf(Math.max(0, at - DEDUPE_WINDOW_MS));
  return [...ledger.settled.values()].filter(({ endedAt }) => endedAt > since).slice(-MAX_DEDUPE_ENTRIES);
}

/** From the moment on which anything forgotten was asked for, nothing older can be told from a repeat. */
function forgottenUntil(ledger: MeterLedger, kept: readonly Settled[]): string | null {
  const keptIds = new Set(kept.map(({ id }) => id));
  let until = ledger.forgottenUntil;
  for (const { id, askedAt } of ledger.settled.values()) {
    if (!keptIds.has(id) && (until === null || askedAt > until)) until = askedAt;
  }
  return until;
}

/** Counters that can still change: of periods that are not over, and those that a reservation may still come back to. */
function neededQuotas(
  ledger: MeterLedger,
  holds: readonly Hold[],
  settled: readonly Settled[],
  at: number,
): readonly Quota[] {
  const named = new Set<Quota | undefined>();
  const name = (lines: readonly QuotaLine[]) => {
    for (const line of lines) named.add(findQuota(ledger.quotas, line));
  };
  for (const { lines } of holds) name(lines);
  for (const { asked, used, overrun } of settled) {
    name(asked);
    if (used !== asked) name(used);
    name(overrun);
  }
  const now = instantOf(at);
  const isCurrent = ({ periodStart, periodEnd }: Quota) =>
    periodStart === null || (periodEnd !== null && periodEnd > now);
  return allQuotas(ledger.quotas).filter((quota) => isCurrent(quota) || named.has(quota));
}

function carriedQuota(quota: Quota, ledger: MeterLedger): CarriedQuota {
  const rule = ledger.settings?.rules.get(quota.rule);
  return {
    key: quota.key,
    rule: quota.rule,
    kind: quota.kind,
    scope: quota.scope,
    period_start: quota.periodStart,
    period_end: quota.periodEnd,
    mode: rule?.mode ?? null,
    limit: rule?.limit ?? null,
    used: quota.used,
    reserved: quota.reserved,
    overrun: quota.overrun,
  };
}

function carriedHold(hold: Hold, places: Places): CarriedHold {
  return {
    tool_call_id: hold.id,
    asked_at: hold.askedAt,
    request: hold.request,
    expires_at: hold.expiresAt,
    on_expiry: hold.onExpiry,
    ...(hold.isPlace ? { place: true as const } : {}),
    lines: carriedAmounts(hold.lines, places),
  };
}

function carriedSettled(settled: Settled, places: Places): CarriedSettled {
  return {
    tool_call_id: settled.id,
    status: settled.status,
    asked_at: settled.askedAt,
    ended_at: settled.endedAt,
    request: settled.request,
    asked: carriedAmounts(settled.asked, places),
    used: carriedAmounts(settled.used, places),
    overrun: carriedAmounts(settled.overrun, places),
    denial: settled.denial,
    ...(settled.reporter === undefined ? {} : { reporter: settled.reporter }),
  };
}

/** Where each carried counter stands in the list of all of them. */
interface Places {
  readonly table: QuotaTable;
  readonly placeOf: ReadonlyMap<Quota | undefined, number>;
}

function carriedAmounts(lines: readonly QuotaLine[], { table, placeOf }: Places): readonly CarriedAmount[] {
  const amounts: CarriedAmount[] = [];
  for (const line of lines) {
    const place = placeOf.get(findQuota(table, line));
    if (place !== undefined) amounts.push([place, line.amount]);
  }
  return amounts;
}

function carriedPeriods(ledger: MeterLedger): readonly CarriedPeriod[] {
  return (['daily', 'monthly', 'yearly'] as const).flatMap((period) => {
    const open = ledger.periods[period];
    if (open === undefined) return [];
    const { startsAt: start, endsAt: end, zone, anchorDay: anchor_day } = open;
    return [{ period, start, end, zone, anchor_day }];
  });
}
