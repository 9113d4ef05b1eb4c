import type { Principal } from '@countersign/access';
import { type Problem, problem } from '@countersign/contracts';
import type { PermittedAt } from '../toolcall/visibility.ts';

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
