import type { Problem } from '@countersign/strict-yaml';
import { compilePolicySet, type PolicyActivation, type PolicySet } from '../evaluating/policy-set.ts';
import { parsePolicy } from '../loading/parse-policy.ts';
import type { Effect, Policy, PolicyScope, Rule } from '../policy.ts';

/** A rule that fires when `condition` holds; asking for approval, it asks an operator. */
export function rule(id: string, effect: Effect, condition = 'true', more: Partial<Rule> = {}): Rule {
  const obligations = { approvers: ['role:operator'], quorum: 1, ttl_ms: 60_000 };
  return {
    id,
    mode: 'enforce',
    condition,
    effect,
    ...(effect === 'require_approval' && { obligations }),
    ...more,
  };
}

/** A policy of some rules, without variables. */
export function policy(id: string, ...rules: readonly Rule[]): Policy {
  return { policy: id, schema: 'call/1', variables: [], rules };
}

/** A policy in force in the organization of the calm call, without a floor. */
export function active(policy: Policy, more: Partial<PolicyActivation> = {}): PolicyActivation {
  return { policy, mode: 'enforce', scope: ORGANIZATION, floor: false, ...more };
}

/** The scopes around the calm call. */
export const ORGANIZATION: PolicyScope = { organization: 'acme' };
/** The calm call's workspace. */
export const WORKSPACE: PolicyScope = { organization: 'acme', workspace: 'office' };
/** The calm call's project. */
export const PROJECT: PolicyScope = { ...WORKSPACE, project: 'reports' };

/** The rules as one policy in force. */
export function setOf(...rules: readonly Rule[]): PolicySet {
  return compilePolicySet([active(policy('base', ...rules))]);
}

/** A policy file that must load. */
export function loaded(text: string): Policy {
  const result = parsePolicy(text);
  if (!result.ok) throw new Error(brief(result.errors).join('\n'));
  return result.policy;
}

/** Problems as `line:column code`. */
export function brief(problems: readonly Problem[]): readonly string[] {
  return problems.map(({ line, column, code }) => `${line}:${column} ${code}`);
}
