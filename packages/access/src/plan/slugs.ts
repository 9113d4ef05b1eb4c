/** The names that a plan may use: the seed grammar's, then Countersign's own. Any other is an error. */

/** Features that a plan switches on or off. */
export const FLAGS = ['rbac', 'access', 'domains', 'sso'] as const;

/** What a plan counts, each in its own unit; `tool_cost` in micro-units. */
export const COUNTERS = [
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

/** Levels that a plan bounds: how many there are at once. */
export const GAUGES = ['users', 'active_agents', 'concurrent_calls'] as const;

/** Kinds of traffic that a throttle can be about. */
export const THROTTLE_CATEGORIES = [
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

/** Methods that a throttle's endpoint may have, in the grammar's words. */
export const ENDPOINT_METHODS = [
  'post',
  'get',
  'put',
  'patch',
  'delete',
  'query',
  'mutation',
  'any',
] as const;

/** Both names give the one behaviour there is, an exact GCRA; they are kept so that existing plans load. */
export const THROTTLE_ALGORITHMS = ['gcra', 'tbra'] as const;

/** Minutes: ephemeral, hourly, daily, monthly, quarterly, yearly. */
export const RETENTION_MINUTES = [0, 60, 1_440, 44_640, 131_040, 525_600] as const;

/** Over what a quota counts. `user` is a person in the whole organization, `project_user` a person in one project. */
export const SCOPE_KINDS = ['organization', 'workspace', 'project', 'user', 'project_user'] as const;

/** How often a counter starts again, in the zone and from the anchor day of its organization. */
export const PERIOD_KINDS = ['daily', 'monthly', 'yearly'] as const;

/** One of `FLAGS`. */
export type Flag = (typeof FLAGS)[number];
/** One of `COUNTERS`. */
export type Counter = (typeof COUNTERS)[number];
/** One of `GAUGES`. */
export type Gauge = (typeof GAUGES)[number];
/** One of `THROTTLE_CATEGORIES`. */
export type ThrottleCategory = (typeof THROTTLE_CATEGORIES)[number];
/** One of `ENDPOINT_METHODS`. */
export type EndpointMethod = (typeof ENDPOINT_METHODS)[number];
/** One of `THROTTLE_ALGORITHMS`. */
export type ThrottleAlgorithm = (typeof THROTTLE_ALGORITHMS)[number];
/** One of `RETENTION_MINUTES`. */
export type RetentionMinutes = (typeof RETENTION_MINUTES)[number];
/** One of `SCOPE_KINDS`. */
export type ScopeKind = (typeof SCOPE_KINDS)[number];
/** How often a meter starts again. */
export type PeriodKind = (typeof PERIOD_KINDS)[number];
