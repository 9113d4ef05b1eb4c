import type { PlanEntry } from '@countersign/sdk';

/** Searches that one person may have made in a day: each costs a unit, a million micros. */
export const SEARCHES_PER_DAY = 5;

/** Calls at once, and calls a minute after that. */
export const BUCKET = { capacity: 20, rate: 240 } as const;

const UNIT_MICROS = 1_000_000;

/** A small quota, kept exactly, and a throttle. */
export const DEMO_PLAN: PlanEntry = {
  description: 'Five searches a day, twenty calls at once',
  counters: {
    tool_calls: { limit: 500, scope: 'organization', period: 'monthly', strict: true },
    tool_cost: { limit: SEARCHES_PER_DAY * UNIT_MICROS, scope: 'user', period: 'daily', strict: true },
  },
  throttles: [{ categories: ['tool_calls'], mode: 'include', bucket: { ...BUCKET, algorithm: 'gcra' } }],
};
