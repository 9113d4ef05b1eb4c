import type { Facts, PartialFacts } from '../expressions/facts.ts';
import { mergeFacts } from '../policy-tests/merge-facts.ts';

/** A harmless call with every fact known. */
export const CALM_CALL: Facts = {
  args: { path: 'reports/weekly.md' },
  tool: {
    name: 'read_file',
    action: 'read',
    sensitivity: 'low',
    destructive: false,
    requires_approval: false,
    environment: 'development',
    cost_micros: 0,
  },
  agent: { id: 'reporter', owner: 'ada', project: 'reports' },
  user: { id: 'ada', roles: ['developer'], approval_level: 'production_only', trust_score: 500 },
  scope: { organization: 'acme', workspace: 'office', project: 'reports' },
  call: { reason: 'the weekly report' },
  ctx: { first_use: false, common_tool: true, repeated_pattern: false, frequency: 1, daily_calls: 10 },
};

/** The calm call with some facts changed; null takes a fact away. */
export function call(changes: object = {}): PartialFacts {
  return mergeFacts(CALM_CALL, changes as PartialFacts);
}
