import type { QuotaLine } from './events.ts';
import { quotaOf } from './quota-of.ts';
import type { Quota } from './quotas.ts';
import type { MeterLedger } from './state.ts';

/**
 * A book remembers tens of thousands of ended reservations, and nearly all of them say the same. Here equal parts become
 * one: a full book takes a third of the memory. Caches only: without them every answer is the same.
 */
const lineOfQuota = new WeakMap<Quota, QuotaLine>();
const listOfLine = new WeakMap<QuotaLine, readonly QuotaLine[]>();
const requests = new Map<string, string>();
const MAX_REQUESTS = 2_000;

const NONE: readonly QuotaLine[] = [];

/** These lines, or equal ones that are remembered already. */
export function sharedLines(ledger: MeterLedger, given: readonly QuotaLine[]): readonly QuotaLine[] {
  const lines = given.map((line) => sharedLine(quotaOf(ledger, line), line));
  // The last is the narrowest scope, which tells lists apart best.
  const last = lines.at(-1);
  if (last === undefined) return NONE;
  const known = listOfLine.get(last);
  if (known?.length === lines.length && known.every((line, index) => line === lines[index])) return known;
  listOfLine.set(last, lines);
  return lines;
}

function sharedLine(quota: Quota, line: QuotaLine): QuotaLine {
  const known = lineOfQuota.get(quota);
  if (known?.amount === line.amount) return known;
  lineOfQuota.set(quota, line);
  return line;
}

/** This request's text, or the equal one that was remembered last. */
export function sharedRequest(request: string): string {
  const known = requests.get(request);
  if (known !== undefined) return known;
  if (requests.size >= MAX_REQUESTS) requests.clear();
  requests.set(request, request);
  return request;
}
