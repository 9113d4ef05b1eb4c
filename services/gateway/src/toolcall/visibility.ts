import type { Permission, Principal } from '@countersign/access';
import { type Directory, isKept, projectOf, type RetentionBoard } from '@countersign/directory';
import type { Allows } from '@countersign/http';
import { type CallRow, isEnded } from '../views/call-row.ts';

/** Whether a principal holds a permission where an agent and its calls are: in the agent's project. */
export type PermittedAt = (
  principal: Principal,
  permission: Permission,
  at: { readonly agent_id: string },
) => boolean;

/** By the project that the directory has the agent in. */
export function createPermittedAt(directory: Directory, permitted: Allows): PermittedAt {
  return (principal, permission, { agent_id }) =>
    permitted(principal, permission, { project: projectOf(directory, principal.organization, agent_id) });
}

/** Whether a call is still kept by the plan of its organization. */
export type IsKept = (call: CallRow) => boolean;

/** What is under way is kept, however old. */
export function createIsKept(board: Pick<RetentionBoard, 'horizon'>): IsKept {
  return (call) => isKept(board, call, !isEnded(call.status));
}

/** Whether the call is the principal's own: it is the agent, or it announced the call. */
export function isOwn(call: CallRow, principal: Principal): boolean {
  const asked = call.requested_by.kind === principal.kind && call.requested_by.id === principal.id;
  return asked || (principal.kind === 'agent' && call.agent_id === principal.id);
}

/** What a caller may not see does not exist for it. */
export function maySee(call: CallRow, principal: Principal, permittedAt: PermittedAt): boolean {
  if (call.organization !== principal.organization) return false;
  return isOwn(call, principal) || permittedAt(principal, 'read', call);
}
