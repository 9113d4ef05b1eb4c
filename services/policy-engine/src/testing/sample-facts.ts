import type { FrozenFacts } from '../evaluation/facts.ts';

/** A call in which no layer finds anything: alice's agent reads one file. */
export const CALM_FACTS: FrozenFacts = {
  schema: 'call/1',
  tool: {
    name: 'read-file',
    action: 'read',
    sensitivity: 'low',
    destructive: false,
    requires_approval: false,
    environment: 'development',
    cost_micros: 0,
  },
  agent: { id: 'helper', owner: 'alice', project: 'default' },
  user: { id: 'alice', roles: [], approval_level: 'production_only', trust_score: 500 },
  scope: { organization: 'acme', workspace: 'default', project: 'default' },
  call: { session_id: null, intent_id: null, confidence: null },
  ctx: { first_use: false, common_tool: true, repeated_pattern: false, frequency: 1, daily_calls: 3 },
  checks: {
    kill_switches: [],
    agent_enabled: true,
    user_delegated: true,
    arguments_valid: true,
    missing_permissions: [],
  },
};
