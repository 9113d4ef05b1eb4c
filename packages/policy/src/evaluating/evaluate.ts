import { Activation } from '../expressions/activation.ts';
import type { PartialFacts } from '../expressions/facts.ts';
import { type RunError, runError } from '../expressions/run-error.ts';
import { conclude } from './combine.ts';
import type { CompiledRule } from './compiled-rule.ts';
import type { Evaluation, Reason } from './evaluation.ts';
import type { CompiledPolicy, PolicySet } from './policy-set.ts';
import { containsCall } from './scope.ts';
import { select } from './selectors.ts';
import { emptyTally, type Tally } from './tally.ts';

const MISSING_FACT: RunError = { code: 'no_such_key', message: 'match: a fact that it reads is missing' };
const NOT_BOOL: RunError = { code: 'not_bool', message: 'condition: the result is not a bool' };

/**
 * Judges one call: pure and deterministic, without clock or I/O. Never throws; what can't be evaluated never
 * allows. How the rules are combined is written in `combine.ts`.
 */
export function evaluate(set: PolicySet, facts: PartialFacts): Evaluation {
  const tally = emptyTally();
  const activation = new Activation(facts);
  for (const policy of set.policies) {
    const contained = containsCall(policy.scope, facts.scope);
    if (contained === true) judge(policy, activation, tally);
    else if (contained === 'unknown' && policy.enforced) tally.refusals.push(scopeUnknown(policy.id));
  }
  return conclude(tally, facts, set.digest);
}

function judge(policy: CompiledPolicy, activation: Activation, tally: Tally): void {
  if (policy.enforced) {
    tally.inForce = true;
    if (policy.floor) tally.widestFloor = Math.min(tally.widestFloor, policy.level);
  }
  activation.vars = policy.variables === undefined ? undefined : new policy.variables(activation);
  const { applicable, undecided } = select(policy.selectors, activation.facts.tool);
  for (const at of applicable) {
    const rule = policy.rules[at]!;
    const outcome = undecided?.has(at) ? MISSING_FACT : fires(rule, activation);
    if (typeof outcome !== 'boolean') recordError(rule, outcome, tally);
    else if (!rule.enforced)
      tally.shadow.push({ ...(outcome ? rule.fired : rule.idle), effect: rule.effect });
    else if (outcome) recordFired(rule, policy.level, activation, tally);
    else tally.rules.push(rule.idle);
  }
}

function fires(rule: CompiledRule, activation: Activation): boolean | RunError {
  if (rule.condition === undefined) return true;
  try {
    const result = rule.condition(activation);
    return typeof result === 'boolean' ? result : NOT_BOOL;
  } catch (thrown) {
    return runError(thrown);
  }
}

function recordFired(rule: CompiledRule, level: number, activation: Activation, tally: Tally): void {
  tally.rules.push(rule.fired);
  const reason = reasonOf(rule, activation, tally);
  if (rule.effect === 'deny') {
    tally.refusals.push(reason);
    return;
  }
  if (level < tally.widestGrant) tally.widestGrant = level;
  if (rule.obligations !== undefined) tally.obligations.push(rule.obligations);
  if (rule.effect === 'allow') {
    tally.grants.push(reason);
    return;
  }
  tally.demands.push(reason);
  tally.approvals.push(rule.obligations ?? {});
}

/** A reason that can't be evaluated changes nothing but its text. */
function reasonOf(rule: CompiledRule, activation: Activation, tally: Tally): Reason {
  try {
    return rule.reason(activation);
  } catch (thrown) {
    const { message } = runError(thrown);
    tally.errors.push({ policy: rule.policy, rule: rule.id, code: 'reason_failed', message });
    return rule.plainReason;
  }
}

function recordError(rule: CompiledRule, { code, message }: RunError, tally: Tally): void {
  const { policy, id } = rule;
  const result = { policy, rule: id, fired: false, error: code };
  tally.errors.push({ policy, rule: id, code, message });
  if (!rule.enforced) {
    tally.shadow.push({ ...result, effect: rule.effect });
    return;
  }
  tally.rules.push(result);
  if (rule.effect === 'allow') return;
  tally.refusals.push({
    layer: 'policy',
    code: 'policy_error',
    message: `rule ${id} failed: ${message}`,
    policy,
    rule: id,
  });
}

function scopeUnknown(policy: string): Reason {
  return { layer: 'policy', code: 'policy_error', message: 'the scope of the call is unknown', policy };
}
