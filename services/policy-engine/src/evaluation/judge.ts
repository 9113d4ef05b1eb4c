import { includesLevel, isApproved, type Party } from '@countersign/access';
import { type Evaluation, evaluate, type Facts, type PolicySet } from '@countersign/policy';
import type { Reason, ToolEvaluated } from './events.ts';
import type { ApprovedBy, FrozenFacts } from './facts.ts';

/** Hashes of the tool's definition: when the call was announced, and as it is judged. `null`: not declared. */
export interface Definitions {
  readonly announced: string | null;
  readonly judged: string | null;
}

/**
 * What is judged: the facts, the opened free text, the definitions, who announced the call. All of it can be had again
 * from the call's own events.
 */
export interface Case {
  readonly facts: FrozenFacts;
  /** `{}` after erasure; `checks.arguments_valid` is false then. */
  readonly args: Facts['args'];
  readonly reason: string;
  readonly definitions: Definitions;
  readonly requestedBy: Party;
}

type Judgement = Pick<
  ToolEvaluated['data'],
  'verdict' | 'reasons' | 'rules' | 'shadow' | 'obligations' | 'risk_score' | 'policy_set'
>;

/**
 * The verdict of one phase: every layer is asked, also after a refusal, so that the record shows every reason. Pure:
 * the same facts and policies give the same judgement, whenever.
 */
export function judge(subject: Case, policies: PolicySet): Judgement {
  const refusals = [...refusalsOf(subject.facts), ...toolTrouble(subject), ...planTrouble(subject.facts)];
  const evaluated = evaluatePolicies(subject, policies);
  const { rules, shadow, risk_score, policy_set } = evaluated;
  const judged = { rules, shadow, risk_score, policy_set };
  if (refusals.length > 0 || evaluated.verdict === 'deny') {
    const reasons = [...refusals, ...(evaluated.verdict === 'allow' ? [] : evaluated.reasons)];
    return { verdict: 'deny', reasons, obligations: {}, ...judged };
  }
  const answer = {
    verdict: evaluated.verdict,
    reasons: evaluated.reasons,
    obligations: evaluated.obligations,
  };
  const { approved_by } = subject.facts;
  if (approved_by === undefined || evaluated.verdict === 'allow') return { ...answer, ...judged };
  if (satisfies(subject, evaluated, approved_by)) return { ...answer, verdict: 'allow', ...judged };
  const asksForMore = reason('approval', 'approval_void', 'what was granted is less than what is asked now');
  return { verdict: 'deny', reasons: [asksForMore, ...evaluated.reasons], obligations: {}, ...judged };
}

/** Policies need to know tool, agent and user; without them the call is refused anyway and rules would only fail. */
function evaluatePolicies({ facts, args, reason: why }: Case, policies: PolicySet): Evaluation {
  const { tool, agent, user, scope, call, ctx } = facts;
  if (tool && agent && user) {
    // To the rules null is missing: one that reads it fails.
    const asked = tool as Facts['tool'];
    return evaluate(policies, { args, tool: asked, agent, user, scope, call: { ...call, reason: why }, ctx });
  }
  return {
    verdict: 'allow',
    rules: [],
    reasons: [],
    obligations: {},
    shadow: [],
    errors: [],
    risk_score: 0,
    policy_set: policies.digest,
  };
}

function refusalsOf({ tool, agent, user, checks }: FrozenFacts): Reason[] {
  const refusals: Reason[] = [];
  if (checks.kill_switches.length > 0)
    refusals.push(reason('kill_switch', 'killed', 'a kill switch is in force'));
  if (!agent) refusals.push(reason('agent', 'unknown_agent', 'the agent is not registered'));
  else if (!checks.agent_enabled) refusals.push(reason('agent', 'agent_disabled', 'the agent is disabled'));
  if (agent && !checks.user_delegated) {
    refusals.push(reason('agent', 'user_not_delegated', 'the agent may not act for this user'));
  }
  if (agent && !user) refusals.push(reason('agent', 'unknown_user', 'the user is not known'));
  if (checks.access && !includesLevel(checks.access.level, 'write')) {
    refusals.push(
      reason('access', 'access_missing', 'the agent may not write on the work intent that the call names'),
    );
  }
  for (const permission of checks.missing_permissions) {
    refusals.push(
      reason('permission', 'permission_missing', `the user lacks ${permission}, which the tool requires`),
    );
  }
  if (!tool) refusals.push(reason('tool', 'unknown_tool', 'the tool is not declared'));
  else if (!checks.arguments_valid) {
    refusals.push(reason('tool', 'arguments_invalid', "the arguments do not fit the tool's input schema"));
  }
  return refusals;
}

/** What is asked of the tool's declaration and can't be answered. */
function toolTrouble({ facts: { tool }, definitions }: Case): Reason[] {
  if (!tool) return [];
  const trouble: Reason[] = [];
  if (definitions.announced !== definitions.judged) {
    trouble.push(reason('tool', 'tool_changed', 'the tool was declared anew after the call was announced'));
  }
  if (tool.cost_micros === null) {
    trouble.push(reason('tool', 'cost_unknown', "the tool's cost_from gave no cost"));
  }
  if (tool.environment === null) {
    trouble.push(reason('tool', 'environment_unknown', "the tool's environment_from gave no environment"));
  }
  return trouble;
}

function planTrouble({ checks: { missing_flags = [] } }: FrozenFacts): Reason[] {
  return missing_flags.map((flag) =>
    reason('plan', 'flag_off', `the plan does not have ${flag}, which the tool requires`),
  );
}

function satisfies(
  { facts, requestedBy }: Case,
  { obligations }: Evaluation,
  approvedBy: readonly ApprovedBy[],
): boolean {
  const { approvers = [], quorum = 1 } = obligations;
  const [userId, agentOwner] = [facts.user?.id ?? '', facts.agent?.owner ?? ''];
  const terms = { approvers, quorum, userId, agentOwner, requestedBy };
  const people = approvedBy.map(({ id, roles, may_approve: mayApprove, groups = [] }) => {
    return { party: { kind: 'user', id }, roles, mayApprove, groups } as const;
  });
  return isApproved(terms, people);
}

function reason(layer: string, code: string, message: string): Reason {
  return { layer, code, message };
}
