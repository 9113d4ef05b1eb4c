import { type Counter, type Gauge, SCOPE_KINDS, type ScopeKind } from '@countersign/access';
import { CALL_ENDPOINT, categoriesOf } from '@countersign/contracts';
import type { Traffic } from '@countersign/metering';

/**
 * By whom each thing can be counted: what happens in no project has no counter of one. A limit by a scope that is not here
 * would limit nothing, and is refused.
 */
export const COUNTED_BY: Readonly<Record<Counter | Gauge, readonly ScopeKind[]>> = {
  tool_calls: SCOPE_KINDS,
  tool_cost: SCOPE_KINDS,
  approvals_requested: SCOPE_KINDS,
  concurrent_calls: SCOPE_KINDS,
  active_agents: SCOPE_KINDS,
  traces_retrieved: SCOPE_KINDS,
  audit_reads: ['organization', 'user'],
  users: ['organization'],
  evaluations_run: SCOPE_KINDS,
  traces_ingested: SCOPE_KINDS,
  credits_consumed: SCOPE_KINDS,
  events_ingested: SCOPE_KINDS,
};

/** What throttles see of a tool call, over whichever front door it came. */
export const CALL_TRAFFIC: Traffic = {
  categories: categoriesOf(CALL_ENDPOINT.method, CALL_ENDPOINT.path),
  endpoint: CALL_ENDPOINT,
};
