import { choice, elements, integer, kindOf, members } from './fields.ts';
import type { PlanQuota } from './plan.ts';
import { at, type Report } from './problem.ts';
import { PERIOD_KINDS, RETENTION_MINUTES, SCOPE_KINDS } from './slugs.ts';

/** Most quotas of one counter or gauge, at different scopes and periods. */
export const MAX_QUOTAS_PER_KEY = 20;

const FIELDS = ['free', 'limit', 'strict', 'retention', 'scope', 'period'] as const;

/** The quotas of every key of `counters` or `gauges`. */
export function parseQuotas<const Key extends string>(
  value: unknown,
  pointer: string,
  keys: readonly Key[],
  kind: 'counter' | 'gauge',
  report: Report,
): { readonly [key in Key]?: readonly PlanQuota[] } {
  const given = members(value, pointer, keys, report);
  const quotas: { [key in Key]?: readonly PlanQuota[] } = {};
  for (const key of keys) {
    if (given?.has(key)) quotas[key] = parseQuotaList(given.get(key), at(pointer, key), kind, report);
  }
  return quotas;
}

/** One quota, or a list of quotas that differ in scope or period. */
function parseQuotaList(
  value: unknown,
  pointer: string,
  kind: 'counter' | 'gauge',
  report: Report,
): readonly PlanQuota[] {
  if (!Array.isArray(value)) return [parseQuota(value, pointer, kind, report)];
  const list = elements(value, pointer, report) ?? [];
  if (list.length === 0 || list.length > MAX_QUOTAS_PER_KEY) {
    report(pointer, `has ${list.length} entries`, `list 1 to ${MAX_QUOTAS_PER_KEY} quotas`);
  }
  const seen = new Set<string>();
  return list.map((entry, index) => {
    const quota = parseQuota(entry, at(pointer, index), kind, report);
    const place = `scope ${quota.scope} and period ${quota.period ?? 'null'}`;
    if (seen.has(place)) report(at(pointer, index), `repeats ${place}`, 'merge the two entries');
    seen.add(place);
    return quota;
  });
}

function parseQuota(value: unknown, pointer: string, kind: 'counter' | 'gauge', report: Report): PlanQuota {
  const given = members(value, pointer, FIELDS, report) ?? new Map<string, unknown>();
  const amount = (field: string) =>
    integer(given.get(field), at(pointer, field), 0, Number.MAX_SAFE_INTEGER, report);
  const free = amount('free');
  const limit = amount('limit');
  if (free !== null && limit !== null && free > limit) {
    report(at(pointer, 'free'), `is ${free}, above the limit ${limit}`, 'write at most the limit');
  }
  const strict = given.get('strict') ?? false;
  if (typeof strict !== 'boolean') {
    report(at(pointer, 'strict'), `is ${kindOf(strict)}`, 'write true, false or null');
  }
  const period = choice(given.get('period'), at(pointer, 'period'), PERIOD_KINDS, report);
  if (kind === 'gauge' && period !== null) {
    report(at(pointer, 'period'), 'is set on a gauge', 'leave it out: a level does not start again');
  }
  return {
    free,
    limit,
    strict: strict === true,
    retention: choice(given.get('retention'), at(pointer, 'retention'), RETENTION_MINUTES, report),
    scope: choice(given.get('scope'), at(pointer, 'scope'), SCOPE_KINDS, report) ?? 'organization',
    period,
  };
}
