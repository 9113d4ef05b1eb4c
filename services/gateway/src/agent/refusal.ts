import type { Principal } from '@countersign/access';
import { type AgentRegistered, type Problem, problem } from '@countersign/contracts';
import type { PermittedAt } from '../toolcall/visibility.ts';
import type { Granting } from '../user/granting.ts';

export const NO_SUCH_AGENT = problem('not_found', 'there is no such agent, or the caller may not see it');

export const NOT_IN_PROJECT = problem(
  'forbidden',
  'the caller lacks the permission manage_agents in the project',
  { required_permission: 'manage_agents' },
);

/** Why somebody may not do this with an agent, or `null`. */
export type AgentRefusal = (
  principal: Principal,
  permission: 'read' | 'manage_agents',
  id: string,
) => Problem | null;

/** An agent is in a project, and a caller may hold the permission in others only. */
export function createAgentRefusal(permittedAt: PermittedAt): AgentRefusal {
  return (principal, permission, id) => {
    if (permittedAt(principal, permission, { agent_id: id })) return null;
    return permittedAt(principal, 'read', { agent_id: id }) ? NOT_IN_PROJECT : NO_SUCH_AGENT;
  };
}

/** In which project an agent acts, and for whom. */
type Delegation = Pick<AgentRegistered, 'project' | 'acts_for'>;

/**
 * Why a caller may not let an agent act for these users: through it they would act as somebody who holds more than they do.
 * For whom it acts already, in the same project, it goes on.
 */
export function delegationProblem(
  granting: Granting,
  principal: Principal,
  present: Delegation | undefined,
  { project, acts_for }: Delegation,
): Problem | null {
  const before = present?.project === project ? present.acts_for : [];
  if (before === 'any' || granting.holdsEverything(principal)) return null;
  if (acts_for === 'any') {
    const detail = 'only who holds every permission of the organization lets an agent act for anybody';
    return problem('forbidden', `/acts_for: ${detail}`, { errors: [{ pointer: '/acts_for', detail }] });
  }
  const errors = acts_for.flatMap((userId, index) =>
    before.includes(userId) || granting.mayLetActFor(principal, userId, project)
      ? []
      : [{ pointer: `/acts_for/${index}`, detail: `${userId} holds more in the project than the caller` }],
  );
  const [first] = errors;
  return first ? problem('forbidden', `${first.pointer}: ${first.detail}`, { errors }) : null;
}
