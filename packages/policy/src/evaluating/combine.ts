import type { PartialFacts } from '../expressions/facts.ts';
import { MAX_MERGED_OBLIGATIONS } from '../limits.ts';
import { mergeApprovals } from './approvals.ts';
import type { Evaluation, Obligations, Reason, ReasonCode } from './evaluation.ts';
import { mergeExecution } from './obligations.ts';
import { riskScore } from './risk.ts';
import type { Tally } from './tally.ts';

const NO_OBLIGATIONS: Obligations = Object.freeze({});
const NO_POLICY = reason('no_policy', 'no policy is in force here');
const NO_RULE_ALLOWS = reason('no_rule_allows', 'no rule allows this call');
const FLOOR = reason('floor_does_not_allow', 'a wider scope with a floor does not allow this call');
const CONFLICT = reason(
  'approvers_conflict',
  'the rules asking for approval have too few approvers in common',
);

const TOO_MANY = reason('too_many_obligations', 'the rules together oblige to more than can be recorded');

/**
 * Combines what the rules found, strictest first:
 * 1. a fired deny rule, or a deny or require_approval rule that failed, denies;
 * 2. no enforced policy in force denies (`no_policy`);
 * 3. no fired rule lets the call pass: denied (`no_rule_allows`); allow and require_approval rules let pass;
 * 4. a floor binds narrower scopes: if a rule lets the call pass only in a scope narrower than the widest scope
 *    with a floor, it is denied (`floor_does_not_allow`);
 * 5. any fired require_approval rule asks for approval, by people who satisfy every one of them, or denies if there
 *    can't be any (`approvers_conflict`);
 * 6. obligations beyond what a record can hold deny (`too_many_obligations`);
 * 7. otherwise the call is allowed.
 */
export function conclude(tally: Tally, facts: PartialFacts, digest: string): Evaluation {
  const approval = tally.approvals.length > 0 ? mergeApprovals(tally.approvals) : undefined;
  const obligations = mergedObligations(tally, approval);
  const general =
    generalRefusal(tally, approval !== undefined) ?? (tooMany(obligations) ? TOO_MANY : undefined);
  const refused = tally.refusals.length > 0 || general !== undefined;
  const verdict = refused ? 'deny' : approval === undefined ? 'allow' : 'require_approval';
  return {
    verdict,
    rules: tally.rules,
    reasons: verdict === 'allow' ? tally.grants : reasonsAgainst(tally, general),
    obligations: refused ? NO_OBLIGATIONS : obligations,
    shadow: tally.shadow,
    errors: tally.errors,
    risk_score: riskScore(facts, tally.demands.length, tally.refusals.length > 0),
    policy_set: digest,
  };
}

/** Why the rules as a whole refuse, whatever single rules say. */
function generalRefusal(tally: Tally, approvable: boolean): Reason | undefined {
  if (!tally.inForce) return NO_POLICY;
  if (tally.widestGrant === Number.POSITIVE_INFINITY) return NO_RULE_ALLOWS;
  if (tally.widestGrant > tally.widestFloor) return FLOOR;
  return tally.approvals.length > 0 && !approvable ? CONFLICT : undefined;
}

function reasonsAgainst(tally: Tally, general: Reason | undefined): readonly Reason[] {
  const reasons = [...tally.refusals, ...tally.demands];
  // A deny rule says enough: that no other rule allows the call is then no news.
  if (general !== undefined && !(general === NO_RULE_ALLOWS && tally.refusals.length > 0))
    reasons.push(general);
  return reasons;
}

function mergedObligations(tally: Tally, approval: Obligations | undefined): Obligations {
  if (tally.obligations.length === 0) return NO_OBLIGATIONS;
  return { ...approval, ...mergeExecution(tally.obligations) };
}

function tooMany({ approvals = [], redact = [], sandbox = [] }: Obligations): boolean {
  return Math.max(approvals.length, redact.length, sandbox.length) > MAX_MERGED_OBLIGATIONS;
}

function reason(code: ReasonCode, message: string): Reason {
  return Object.freeze({ layer: 'policy', code, message });
}
