import type { Plan, PlanQuota } from './plan.ts';
import { THROTTLE_CATEGORIES } from './slugs.ts';

/** The slug of the built-in default plan. */
export const UNLIMITED_SLUG = 'unlimited';

const monthly: PlanQuota = {
  free: null,
  limit: null,
  strict: true,
  retention: null,
  scope: 'organization',
  period: 'monthly',
};
const level: PlanQuota = { ...monthly, period: null };

/**
 * The built-in default: nothing is refused. What a plan can name has an entry of its own, so that an overlay finds one to
 * patch; but not `audit_reads`, or every reading of the trail would lengthen what it reads.
 */
export const UNLIMITED: Plan = {
  description: 'Built-in default: nothing is limited.',
  flags: { rbac: true, access: true, domains: true, sso: true },
  counters: {
    evaluations_run: [monthly],
    traces_ingested: [{ ...monthly, strict: false }],
    traces_retrieved: [{ ...monthly, scope: 'user', period: 'daily' }],
    credits_consumed: [monthly],
    events_ingested: [{ ...monthly, strict: false }],
    tool_calls: [monthly],
    tool_cost: [monthly],
    approvals_requested: [monthly],
  },
  gauges: { users: [level], active_agents: [level], concurrent_calls: [level] },
  throttles: THROTTLE_CATEGORIES.map((category) => ({
    mode: 'include',
    categories: [category],
    endpoints: null,
    bucket: { capacity: null, rate: null, algorithm: null },
  })),
};
