import type { Plan, PlanThrottle } from '@countersign/access';
import type { BucketLimits } from './gcra.ts';
import { fitsPattern } from './shell-pattern.ts';

/** One throttle of a plan as the ledger applies it. `limits` null: it matches, and lets everything through. */
export interface ThrottleRule {
  /** Unique in the plan, built from what it targets: `tool_calls`, `core_fast+post /x`, `not standard`, `all`. */
  readonly throttle: string;
  readonly mode: PlanThrottle['mode'];
  readonly categories: PlanThrottle['categories'];
  readonly endpoints: PlanThrottle['endpoints'];
  readonly limits: BucketLimits | null;
}

/** What a throttled request is: the categories it falls into, and its endpoint where it has one. */
export interface Traffic {
  readonly categories: readonly string[];
  readonly endpoint?: { readonly method: string; readonly path: string };
}

/** Longest name of a throttle, so that it fits wherever a name does. */
const MAX_NAME_CHARS = 180;

/** All throttle rules of a plan. Two that target the same are told apart by a number: they never share a bucket. */
export function throttleRules(plan: Plan): readonly ThrottleRule[] {
  const uses = new Map<string, number>();
  return plan.throttles.map(({ mode, categories, endpoints, bucket: { capacity, rate } }) => {
    const name = nameOf(mode, categories ?? [], endpoints ?? []);
    const use = (uses.get(name) ?? 0) + 1;
    uses.set(name, use);
    return {
      throttle: use === 1 ? name : `${name}#${use}`,
      mode,
      categories,
      endpoints,
      limits: capacity === null || rate === null ? null : { capacity, rate },
    };
  });
}

function nameOf(
  mode: PlanThrottle['mode'],
  categories: readonly string[],
  endpoints: readonly (readonly [string, string])[],
): string {
  const targets = [...categories, ...endpoints.map(([method, path]) => `${method} ${path}`)].join('+');
  return (mode === 'include' ? targets || 'all' : `not ${targets || 'all'}`).slice(0, MAX_NAME_CHARS);
}

/**
 * Whether a rule covers a request. A request of no category is `standard`. With neither list an `include` covers
 * everything and an `exclude` nothing.
 */
export function covers(rule: ThrottleRule, traffic: Traffic): boolean {
  const categories = rule.categories ?? [];
  const endpoints = rule.endpoints ?? [];
  const listed =
    (categories.length === 0 && endpoints.length === 0) ||
    categories.some((category) => isOf(traffic, category)) ||
    endpoints.some(([method, path]) => isAt(traffic, method, path));
  return rule.mode === 'include' ? listed : !listed;
}

function isOf({ categories }: Traffic, category: string): boolean {
  return categories.length === 0 ? category === 'standard' : categories.includes(category);
}

/** Methods match without regard to case. */
function isAt({ endpoint }: Traffic, method: string, path: string): boolean {
  if (endpoint === undefined) return false;
  if (method !== 'any' && method !== endpoint.method.toLowerCase()) return false;
  return fitsPattern(path, endpoint.path);
}
