import { z } from 'zod';
import { closed } from '../closed.ts';
import { MAX_QUOTAS_PER_KEY, MAX_THROTTLE_TARGETS, MAX_THROTTLES } from '../limits.ts';
import { meterScopeKinds } from './quota.ts';
import { count } from './scalars.ts';
import { descriptionText } from './text.ts';

/** Features that a plan can switch. */
export const planFlags = ['rbac', 'access', 'domains', 'sso'] as const;

/** A feature that a plan can switch. */
export type PlanFlag = (typeof planFlags)[number];

/** Things that a plan can count: the grammar's, then Countersign's own. */
export const planCounters = [
  'evaluations_run',
  'traces_ingested',
  'traces_retrieved',
  'credits_consumed',
  'events_ingested',
  'tool_calls',
  'tool_cost',
  'approvals_requested',
  'audit_reads',
] as const;

/** The counters that nobody but who runs these things can count. */
export const reportedCounters = [
  'evaluations_run',
  'traces_ingested',
  'credits_consumed',
  'events_ingested',
] as const;

/** Levels that a plan can bound: the grammar's, then Countersign's own. */
export const planGauges = ['users', 'active_agents', 'concurrent_calls'] as const;

/** Kinds of traffic that a throttle can name: the grammar's, then Countersign's own. */
export const throttleCategories = [
  'standard',
  'core_fast',
  'core_slow',
  'tracing_fast',
  'tracing_slow',
  'services_fast',
  'services_slow',
  'ai_services',
  'tool_calls',
] as const;

/** Retention in minutes: ephemeral, hourly, daily, monthly, quarterly, yearly. */
export const retentionMinutes = [0, 60, 1_440, 44_640, 131_040, 525_600] as const;

/** How much of one thing a plan allows. `limit` null or absent is no limit; `strict` absent is false. */
export const quota = closed({
  free: count.nullable().optional(),
  limit: count.nullable().optional(),
  strict: z.boolean().nullable().optional(),
  retention: z.literal(retentionMinutes).nullable().optional(),
  scope: z.enum(meterScopeKinds).nullable().optional(),
  period: z.enum(['daily', 'monthly', 'yearly']).nullable().optional(),
})
  .refine(({ free, limit }) => free == null || limit == null || free <= limit, {
    path: ['free'],
    message: 'must be at most limit',
  })
  .meta({ id: 'Quota' });

/** A map whose keys are out of a catalogue; zod reports a foreign key as `unrecognized_keys`, which its types leave out. */
function mapOf<const Key extends string, Value extends z.ZodType>(keys: readonly Key[], value: Value) {
  return z.partialRecord(z.enum(keys), value, {
    error: (issue) =>
      String(issue.code) === 'unrecognized_keys'
        ? `is not a known name; known here: ${keys.join(', ')}`
        : undefined,
  });
}

const quotas = z
  .union([quota, z.array(quota).min(1).max(MAX_QUOTAS_PER_KEY)], {
    error: 'must be a quota object, or a list of them at different scopes or periods',
  })
  .meta({ id: 'Quotas' });

const endpoint = z.tuple([
  z.enum(['post', 'get', 'put', 'patch', 'delete', 'query', 'mutation', 'any']),
  z.string().min(1).max(500),
]);

/**
 * A rate limit: `capacity` at once, `rate` per minute in the long run. Null for either, or for the bucket,
 * means not throttled.
 */
export const throttle = closed({
  bucket: closed({
    capacity: z.int().min(1).nullable().optional(),
    rate: z.int().min(1).nullable().optional(),
    algorithm: z.enum(['gcra', 'tbra']).nullable().optional(),
  }).nullable(),
  mode: z.enum(['include', 'exclude']),
  categories: z.array(z.enum(throttleCategories)).max(MAX_THROTTLE_TARGETS).nullable().optional(),
  endpoints: z.array(endpoint).max(MAX_THROTTLE_TARGETS).nullable().optional(),
}).meta({ id: 'Throttle' });

/** A plan, in the grammar of the access-plans variable. It must say something. */
export const planEntry = closed({
  description: descriptionText.optional(),
  flags: mapOf(planFlags, z.boolean()).optional(),
  counters: mapOf(planCounters, quotas).optional(),
  gauges: mapOf(planGauges, quotas).optional(),
  throttles: z.array(throttle).max(MAX_THROTTLES).optional(),
})
  .refine(
    (entry) => Object.keys(entry).length > 0,
    'must have at least one of description, flags, counters, gauges, throttles',
  )
  .meta({ id: 'PlanEntry', minProperties: 1 });
