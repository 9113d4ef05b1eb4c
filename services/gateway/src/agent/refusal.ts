import type { Principal } from '@countersign/access';
import { type AgentRegistered, type Problem, problem } from '@countersign/contracts';
import type { Directory } from '@countersign/directory';
import type { PermittedAt } from '../toolcall/visibility.ts';
import type { Granting } from '../user/granting.ts';

/** Said also of agents of other projects: what one may not see is not there. */
export const NO_SUCH_AGENT = problem('not_found', 'there is no such agent, or the caller may not see it');

/** Said of agents that the caller sees. */
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

/** In which project an agent acts, whose it is, and for whom it acts. */
type Delegation = Pick<AgentRegistered, 'project' | 'owner' | 'acts_for'>;

/**
 * Why a caller may not let an agent be somebody's and act for these users: through it they would act as somebody who
 * holds more than they do, or who may hold anything once they are registered. Whose it is and for whom it acts already, in
 * the same project, goes on.
 */
export function delegationProblem(
  { granting, directory }: { readonly granting: Granting; readonly directory: Pick<Directory, 'user'> },
  principal: Principal,
  present: Delegation | undefined,
  { project, owner, acts_for }: Delegation,
): Problem | null {
  const before = present?.project === project ? present.acts_for : [];
  if (granting.holdsEverything(principal)) return null;
  const isUnknown = (userId: string) => directory.user(principal.organization, userId) === undefined;
  const isOwnerUnknown = owner !== present?.owner && isUnknown(owner);
  const added =
    before === 'any' || acts_for === 'any'
      ? []
      : [...acts_for.entries()].filter(([, userId]) => !before.includes(userId));
  const unknown = [
    ...(isOwnerUnknown ? [{ pointer: '/owner', detail: unknownUser(owner) }] : []),
    ...added
      .filter(([, userId]) => isUnknown(userId) && !(isOwnerUnknown && userId === owner))
      .map(([index, userId]) => ({ pointer: `/acts_for/${index}`, detail: unknownUser(userId) })),
  ];
  if (unknown.length > 0) return refusal('invalid_request', unknown);
  if (acts_for === 'any' && before !== 'any') {
    const detail = 'only who holds every permission of the organization lets an agent act for anybody';
    return refusal('forbidden', [{ pointer: '/acts_for', detail }]);
  }
  return refusal(
    'forbidden',
    added
      .filter(([, userId]) => !granting.mayLetActFor(principal, userId, project))
      .map(([index, userId]) => ({
        pointer: `/acts_for/${index}`,
        detail: `${userId} holds more in the project than the caller`,
      })),
  );
}

function unknownUser(userId: string): string {
  return `${userId} is no user of the organization; only who holds every permission of it names users before they are registered`;
}

function refusal(
  code: 'invalid_request' | 'forbidden',
  errors: readonly { readonly pointer: string; readonly detail: string }[],
): Problem | null {
  const [first] = errors;
  return first ? problem(code, `${first.pointer}: ${first.detail}`, { errors: [...errors] }) : null;
}
