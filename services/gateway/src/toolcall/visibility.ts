import {
  allows,
  allowsSomewhere,
  type Permission,
  type Principal,
  type ScopePath,
} from '@countersign/access';
import { type Directory, projectOf, WORKSPACE } from '@countersign/directory';
import type { Allows } from '@countersign/http';
import type { CallRow } from '../views/call-row.ts';

/** What reaches beyond any workspace: a role that is granted at one does not confer it. */
const ORGANIZATION_WIDE: ReadonlySet<Permission> = new Set(['manage_users', 'manage_keys']);

export function createPermitted(directory: Directory): Allows {
  return (principal, permission, where = 'everywhere') => {
    const roles =
      principal.kind === 'user'
        ? (directory.user(principal.organization, principal.id)?.data.roles ?? [])
        : [];
    if (where === 'anywhere') return allowsSomewhere(principal, roles, permission);
    const path: ScopePath = {
      organization: principal.organization,
      ...(ORGANIZATION_WIDE.has(permission) ? {} : { workspace: WORKSPACE }),
      ...(where === 'everywhere' ? {} : where),
    };
    return allows(principal, roles, path, permission);
  };
}

/** Whether a principal holds a permission where an agent and its calls are: in the agent's project. */
export type PermittedAt = (
  principal: Principal,
  permission: Permission,
  at: { readonly agent_id: string },
) => boolean;

export function createPermittedAt(directory: Directory, permitted: Allows): PermittedAt {
  return (principal, permission, { agent_id }) =>
    permitted(principal, permission, { project: projectOf(directory, principal.organization, agent_id) });
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
