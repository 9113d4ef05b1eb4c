import { jsonDigest, policyDigest } from '../digest.ts';
import { ENGINE } from '../engine.ts';
import type { Activation } from '../expressions/activation.ts';
import { PUBLISHED_COST_LIMITS, policyExpressions } from '../expressions/policy-expressions.ts';
import type { Mode, Policy, PolicyScope } from '../policy.ts';
import { type CompiledRule, compileRule } from './compiled-rule.ts';
import { scopeLevel } from './scope.ts';
import { type SelectorIndex, selectorIndex } from './selectors.ts';

/** A policy in force: where, how, and whether narrower scopes are bound by it. */
export interface PolicyActivation {
  readonly policy: Policy;
  readonly mode: Mode;
  readonly scope: PolicyScope;
  /** Narrower scopes may allow only what is allowed here. */
  readonly floor: boolean;
}

/** One activation, compiled. */
export interface CompiledPolicy {
  readonly id: string;
  readonly digest: string;
  readonly scope: PolicyScope;
  /** See `scopeLevel`. */
  readonly level: number;
  readonly enforced: boolean;
  readonly floor: boolean;
  readonly rules: readonly CompiledRule[];
  readonly selectors: SelectorIndex;
  /** The class of its variables, if it has any. */
  readonly variables: (new (activation: Activation) => object) | undefined;
}

/** All policies in force, compiled once, evaluated for every call. */
export interface PolicySet {
  /** Digest of what is in force and of the engine; recorded with every decision. */
  readonly digest: string;
  readonly policies: readonly CompiledPolicy[];
}

/** Compiles the policies in force. The order given does not matter; widest scope first, then by id, is the set's. */
export function compilePolicySet(activations: readonly PolicyActivation[]): PolicySet {
  const policies = activations.map(compilePolicy).sort(byScopeAndId);
  const members = activations
    .map(({ policy, mode, scope, floor }) => ({
      policy: `${policy.policy}@${policyDigest(policy)}`,
      mode,
      scope,
      floor,
    }))
    .map((member) => ({ key: jsonDigest(member), member }))
    .sort((a, b) => compare(`${a.member.policy} ${a.key}`, `${b.member.policy} ${b.key}`))
    .map(({ member }) => member);
  return { digest: jsonDigest({ engine: ENGINE, policies: members }), policies };
}

function compilePolicy({ policy, mode, scope, floor }: PolicyActivation): CompiledPolicy {
  const expressions = policyExpressions(PUBLISHED_COST_LIMITS);
  for (const { name, expression } of policy.variables) expressions.variable(name, expression);
  const enforced = mode === 'enforce';
  return {
    id: policy.policy,
    digest: policyDigest(policy),
    scope,
    level: scopeLevel(scope),
    enforced,
    floor,
    rules: policy.rules.map((rule) => compileRule(policy.policy, rule, enforced, expressions)),
    selectors: selectorIndex(policy.rules.map((rule) => rule.match)),
    variables: policy.variables.length === 0 ? undefined : expressions.view(),
  };
}

function byScopeAndId(a: CompiledPolicy, b: CompiledPolicy): number {
  return a.level - b.level || compare(a.id, b.id) || compare(a.digest, b.digest);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
