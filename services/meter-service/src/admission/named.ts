import type { Counter, Gauge, Plan, PlanQuota } from '@countersign/access';
import { type ThrottleRule, throttleRules } from '@countersign/metering';

/** What a plan says of a key, as counter or gauge; empty where it does not name it. */
export function quotasOf({ counters, gauges }: Plan, key: string): readonly PlanQuota[] {
  return counters[key as Counter] ?? gauges[key as Gauge] ?? [];
}

/**
 * Whether a plan says anything of what may be used at all. One that does not (a description alone, or flags) entitles to
 * nothing; one that does and leaves out what every organization does anyhow leaves that unmetered.
 */
export function namesAnything({ counters, gauges, throttles }: Plan): boolean {
  return Object.keys(counters).length + Object.keys(gauges).length + throttles.length > 0;
}

const limited = new WeakMap<Plan, readonly ThrottleRule[]>();

/** The throttles of a plan that hold anything back. */
export function limitedThrottles(plan: Plan): readonly ThrottleRule[] {
  const known = limited.get(plan) ?? throttleRules(plan).filter(({ limits }) => limits !== null);
  limited.set(plan, known);
  return known;
}
