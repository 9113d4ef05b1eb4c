import type { Counter, Gauge, ScopeKind } from '@countersign/access';
import { CALL_ENDPOINT, categoriesOf } from '@countersign/contracts';
import type { Traffic } from '@countersign/metering';

const EVERYWHERE: readonly ScopeKind[] = ['organization', 'workspace', 'project', 'user'];

/**
 * By whom each thing can be counted: what happens in no project has no counter of one. A limit by a scope that is not here
 * would limit nothing, and is refused.
 */
export const COUNTED_BY: Readonly<Record<Counter | Gauge, readonly ScopeKind[]>> = {
  tool_calls: EVERYWHERE,
  tool_cost: EVERYWHERE,
  approvals_requested: EVERYWHERE,
  concurrent_calls: EVERYWHERE,
  active_agents: EVERYWHERE,
  traces_retrieved: EVERYWHERE,
  audit_reads: ['organization', 'user'],
  users: ['organization'],
  evaluations_run: EVERYWHERE,
  traces_ingested: EVERYWHERE,
  credits_consumed: EVERYWHERE,
  events_ingested: EVERYWHERE,
};

/** What throttles see of a tool call, over whichever front door it came. */
export const CALL_TRAFFIC: Traffic = {
  categories: categoriesOf(CALL_ENDPOINT.method, CALL_ENDPOINT.path),
  endpoint: CALL_ENDPOINT,
};
