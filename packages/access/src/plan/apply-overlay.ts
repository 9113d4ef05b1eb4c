import { entriesOf, members } from './fields.ts';
import { parsePlan } from './parse-plan.ts';
import type { Plan, PlanQuota, PlanThrottle } from './plan.ts';
import { at, type Parsed, parsing, type Report } from './problem.ts';
import { COUNTERS, FLAGS, GAUGES, THROTTLE_CATEGORIES } from './slugs.ts';

/** Tells that what stands at one pointer of the patched plan was said at another one of the overlay. */
type Moved = (pointer: string, from: string) => void;

/**
 * A plan with fields patched, as `COUNTERSIGN_ACCESS_DEFAULT_PLAN_OVERLAY` holds them: what is given replaces what the
 * plan has, field by field; `null` is a value. Throttles are a map by category, and only those of one category alone can
 * be patched. The plan itself is left as it is.
 */
export function applyPlanOverlay(base: Plan, json: unknown): Parsed<Plan> {
  return parsing((report) => {
    const moved = new Map<string, string>();
    const parsed = parsePlan(merge(base, json, report, (pointer, from) => moved.set(pointer, from)));
    if (parsed.ok) return parsed.value;
    for (const { pointer, problem, remedy } of parsed.problems)
      report(saidAt(pointer, moved), problem, remedy);
    return base;
  });
}

/** The patched plan as an entry, still to be read: values are as they were given. */
function merge(base: Plan, json: unknown, report: Report, moved: Moved): object {
  const known = ['description', 'flags', 'counters', 'gauges', 'throttles'] as const;
  const given = members(json, '', known, report);
  if (given?.size === 0) report('', 'is empty', 'patch something, or leave the overlay out');
  const part = (field: string, keys: readonly string[]): ReadonlyMap<string, unknown> => {
    const patches = given?.has(field) ? members(given.get(field), at('', field), keys, report) : undefined;
    return new Map([...(patches ?? [])].filter(([key]) => keys.includes(key)));
  };
  return {
    ...base,
    ...(given?.has('description') ? { description: given.get('description') } : {}),
    flags: { ...base.flags, ...Object.fromEntries(part('flags', FLAGS)) },
    counters: mergeQuotas(base.counters, part('counters', COUNTERS), '/counters', report, moved),
    gauges: mergeQuotas(base.gauges, part('gauges', GAUGES), '/gauges', report, moved),
    throttles: mergeThrottles(base.throttles, part('throttles', THROTTLE_CATEGORIES), report, moved),
  };
}

function mergeQuotas(
  base: { readonly [key: string]: readonly PlanQuota[] | undefined },
  patches: ReadonlyMap<string, unknown>,
  pointer: string,
  report: Report,
  moved: Moved,
): object {
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of patches) {
    const place = at(pointer, key);
    const patch = entriesOf(value, place, report);
    if (patch === undefined) continue;
    const quotas = base[key] ?? [];
    const index = quotas.length > 1 ? quotas.findIndex((quota) => isMeant(quota, patch)) : 0;
    if (index < 0) {
      report(
        place,
        `names none of ${quotas.length} quotas`,
        'give the scope and the period of the one to patch',
      );
      continue;
    }
    merged[key] = [
      ...quotas.slice(0, index),
      { ...quotas[index], ...Object.fromEntries(patch) },
      ...quotas.slice(index + 1),
    ];
    moved(at(place, index), place);
  }
  return merged;
}

/** Whether a patch of one of several quotas is about this one. */
function isMeant(quota: PlanQuota, patch: ReadonlyMap<string, unknown>): boolean {
  return (
    (patch.get('scope') ?? 'organization') === quota.scope && (patch.get('period') ?? null) === quota.period
  );
}

function mergeThrottles(
  base: readonly PlanThrottle[],
  patches: ReadonlyMap<string, unknown>,
  report: Report,
  moved: Moved,
): readonly unknown[] {
  const merged: unknown[] = [...base];
  for (const [category, value] of patches) {
    const place = at('/throttles', category);
    const patch = members(value, place, ['mode', 'bucket'], report);
    if (patch === undefined) continue;
    const index = base.findIndex((throttle) => isOfCategoryAlone(throttle, category));
    const throttle = base[index];
    if (throttle === undefined) {
      report(place, 'has no throttle of this category alone in the plan', 'define the whole plan instead');
      continue;
    }
    const bucket = patch.get('bucket');
    const isFields = typeof bucket === 'object' && bucket !== null && !Array.isArray(bucket);
    merged[index] = {
      ...throttle,
      ...(patch.has('mode') ? { mode: patch.get('mode') } : {}),
      ...(patch.has('bucket') ? { bucket: isFields ? { ...throttle.bucket, ...bucket } : bucket } : {}),
    };
    moved(at('/throttles', index), place);
  }
  return merged;
}

function isOfCategoryAlone({ categories, endpoints }: PlanThrottle, category: string): boolean {
  return categories?.length === 1 && categories[0] === category && (endpoints ?? []).length === 0;
}

/** Where the overlay says what stands at a pointer of the patched plan. */
function saidAt(pointer: string, moved: ReadonlyMap<string, string>): string {
  for (const [prefix, from] of moved) {
    if (pointer === prefix || pointer.startsWith(`${prefix}/`)) return from + pointer.slice(prefix.length);
  }
  return pointer;
}
