import type { Actor } from '../policy/events.ts';
import type { GovernanceRule } from './events.ts';
import type { EffectivePolicy, Governance } from './state.ts';

/** What a change breaks. */
export interface Violation {
  readonly rule: GovernanceRule;
  readonly detail: string;
}

/** Who changes a work intent. */
export interface Writer {
  readonly by: Actor;
  /** Whether its access list names them, by themselves or by a group, with at least `write`. */
  readonly isAssigned: boolean;
}

/** By whom a completion may be carried, as the access lists stand. */
export interface Electorate {
  /** How many agents are assigned to the work intent. */
  readonly agents: number;
  /** The approvals whose giver still has the right by which they gave them. What is not named does not count. */
  readonly standing: readonly string[];
}

/** The action of the approvals that completing takes. */
export const COMPLETE = 'complete';

/** Whether somebody may write at all. A name on the list of agents is an agent's, never a person's of the same id. */
export function brokenByWriter(policy: EffectivePolicy, { by, isAssigned }: Writer): Violation | null {
  if (policy.write_scope === 'assigned_only' && !isAssigned)
    return { rule: 'write_scope', detail: 'only who is assigned by the access list may write' };
  const { allowed_agents } = policy;
  if (allowed_agents.length > 0 && !(by.kind === 'agent' && allowed_agents.includes(by.id)))
    return { rule: 'allowed_agents', detail: 'only the allowed agents may write' };
  return null;
}

/** Whether a step of its life says why, where it has to. */
export function brokenByStep(policy: EffectivePolicy, hasReason: boolean): Violation | null {
  if (hasReason || !policy.require_status_reason) return null;
  return { rule: 'require_status_reason', detail: 'every change of the status needs a reason' };
}

/** Whether something more may be spent. */
export function brokenByCost({ max_cost }: EffectivePolicy, spent: number, amount: number): Violation | null {
  if (max_cost === null || spent + amount <= max_cost) return null;
  return {
    rule: 'max_cost',
    detail: `${spent} of at most ${max_cost} are spent: ${amount} more would exceed it`,
  };
}

/** The approvals that a completion rests on, or why it may not be. */
export function completion(
  policy: EffectivePolicy,
  { approvals }: Pick<Governance, 'approvals'>,
  { agents, standing }: Electorate,
): readonly string[] | Violation {
  if (policy.completion_mode === 'auto') return [];
  /** One approval of each approver: whoever says yes twice is one. */
  const byApprover = new Map<string, string>();
  for (const [id, { action, status, requestedBy, decidedBy }] of Object.entries(approvals)) {
    if (action !== COMPLETE || status !== 'approved' || !decidedBy || !standing.includes(id)) continue;
    const approver = keyOf(decidedBy);
    if (approver !== keyOf(requestedBy) && !byApprover.has(approver)) byApprover.set(approver, id);
  }
  if (policy.completion_mode === 'quorum' && agents === 0)
    return broken('it takes a quorum, and no agent is assigned by the access list');
  const required = policy.completion_mode === 'quorum' ? quorum(agents, policy.quorum_threshold) : 1;
  const carried = [...byApprover.values()].slice(0, required);
  if (carried.length === required) return carried;
  return broken(
    `${carried.length} of ${required} approvals for the action ${COMPLETE} count: they are of different approvers who still administer it, given since the policy was set`,
  );
}

/**
 * The least number of agents that is at least such a part of all. It compares quotients: a product of a decimal fraction
 * may come out a little above the whole number that it is.
 */
export function quorum(agents: number, threshold: number): number {
  let least = Math.max(1, Math.floor(agents * threshold));
  while (least / agents < threshold) least += 1;
  return least;
}

function broken(detail: string): Violation {
  return { rule: 'completion_mode', detail };
}

function keyOf({ kind, id }: Actor): string {
  return `${kind}:${id}`;
}
