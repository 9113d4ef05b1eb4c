/** The names that a plan may use: the seed grammar's, then Countersign's own. Any other is an error. */

export const FLAGS = ['rbac', 'access', 'domains', 'sso'] as const;

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

export const GAUGES = ['users', 'active_agents', 'concurrent_calls'] as const;

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

export const SCOPE_KINDS = ['organization', 'workspace', 'project', 'user'] as const;

export const PERIOD_KINDS = ['daily', 'monthly', 'yearly'] as const;

export type Flag = (typeof FLAGS)[number];
export type Counter = (typeof COUNTERS)[number];
export type Gauge = (typeof GAUGES)[number];
export type ThrottleCategory = (typeof THROTTLE_CATEGORIES)[number];
export type EndpointMethod = (typeof ENDPOINT_METHODS)[number];
export type ThrottleAlgorithm = (typeof THROTTLE_ALGORITHMS)[number];
export type RetentionMinutes = (typeof RETENTION_MINUTES)[number];
export type ScopeKind = (typeof SCOPE_KINDS)[number];
/** How often a meter starts again. */
export type PeriodKind = (typeof PERIOD_KINDS)[number];
