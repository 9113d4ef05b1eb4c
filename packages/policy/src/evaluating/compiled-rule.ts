import type { Activation } from '../expressions/activation.ts';
import type { Compiled } from '../expressions/compile.ts';
import type { PolicyExpressions } from '../expressions/policy-expressions.ts';
import { MAX_REASON_CHARS } from '../limits.ts';
import type { Effect, Rule, RuleObligations } from '../policy.ts';
import type { Reason, ReasonCode, RuleResult } from './evaluation.ts';

/** A rule ready to be evaluated. The results of the usual outcomes are made once and shared. */
export interface CompiledRule {
  readonly policy: string;
  readonly id: string;
  readonly effect: Effect;
  readonly enforced: boolean;
  readonly obligations: RuleObligations | undefined;
  /** Absent: the rule fires wherever it applies. */
  readonly condition: ((activation: Activation) => unknown) | undefined;
  /** May throw what cel-js throws. */
  readonly reason: (activation: Activation) => Reason;
  /** With the rule's id as its message. */
  readonly plainReason: Reason;
  readonly fired: RuleResult;
  readonly idle: RuleResult;
}

/** What a fired rule of each effect is called in the reasons. */
export const REASON_CODES: Readonly<Record<Effect, ReasonCode>> = {
  allow: 'policy_allowed',
  deny: 'policy_denied',
  require_approval: 'approval_required',
};

/** Compiles one rule of a policy whose variables are declared in `expressions`. */
export function compileRule(
  policy: string,
  rule: Rule,
  enforced: boolean,
  expressions: PolicyExpressions,
): CompiledRule {
  const result = { policy, rule: rule.id, error: null };
  const origin = { layer: 'policy', code: REASON_CODES[rule.effect], policy, rule: rule.id } as const;
  const plainReason = Object.freeze({ ...origin, message: rule.id });
  const message = rule.reason === undefined ? undefined : runnable(expressions.reason(rule.reason));
  return {
    policy,
    id: rule.id,
    effect: rule.effect,
    enforced: enforced && rule.mode === 'enforce',
    obligations: rule.obligations,
    condition: rule.condition === undefined ? undefined : runnable(expressions.condition(rule.condition)),
    reason:
      message === undefined
        ? () => plainReason
        : (activation) => ({ ...origin, message: String(message(activation)).slice(0, MAX_REASON_CHARS) }),
    plainReason,
    fired: Object.freeze({ ...result, fired: true }),
    idle: Object.freeze({ ...result, fired: false }),
  };
}

/** An expression that does not compile (a policy that was never parsed here) fails wherever it is evaluated. */
function runnable(compiled: Compiled): (activation: Activation) => unknown {
  if (compiled.ok) return compiled.expression.run;
  return () => {
    throw new Error(compiled.problems[0]?.message);
  };
}
