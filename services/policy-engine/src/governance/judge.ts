import type { Actor } from '../policy/events.ts';
import type { GovernanceRule } from './events.ts';
import { type Approval, COMPLETE, type EffectivePolicy } from './state.ts';

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

/** The persons behind a question and its answer, by a name each: an agent's is its owner. */
export interface Persons {
  readonly asking: string;
  readonly answering: string;
}

/** By whom a completion may be carried, as the access lists stand. */
export interface Electorate {
  /** How many agents are assigned to the work intent. */
  readonly agents: number;
  /** The approvals whose giver still has the right by which they gave them. What is not named does not count. */
  readonly standing: readonly { readonly id: string; readonly persons: Persons }[];
}

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

/** The approvals that a completion rests on, or why it may not be. Whoever says yes twice, or by two agents, is one. */
export function completion(
  policy: EffectivePolicy,
  approvals: ReadonlyMap<string, Approval>,
  { agents, standing }: Electorate,
): readonly string[] | Violation {
  if (policy.completion_mode === 'quorum' && agents === 0)
    return broken('it takes a quorum, and no agent is assigned by the access list');
  const required = approvalsNeeded(policy, agents);
  const byPerson = new Map<string, string>();
  for (const { id, persons } of standing) {
    const approval = approvals.get(id);
    if (approval?.action !== COMPLETE || approval.status !== 'approved') continue;
    if (persons.asking !== persons.answering && !byPerson.has(persons.answering))
      byPerson.set(persons.answering, id);
  }
  const carried = [...byPerson.values()].slice(0, required);
  if (carried.length === required) return carried;
  return broken(
    `${carried.length} of ${required} approvals for the action ${COMPLETE} count: they are of different people, of whom an agent's owner is one, who still administer it, given since policy and state are what they are`,
  );
}

/** How many people's approvals completing takes. */
export function approvalsNeeded(
  { completion_mode, quorum_threshold }: EffectivePolicy,
  agents: number,
): number {
  if (completion_mode === 'auto') return 0;
  return completion_mode === 'quorum' ? quorum(agents, quorum_threshold) : 1;
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
