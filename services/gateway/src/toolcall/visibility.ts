import { allows, type Permission, type Principal, type ScopePath } from '@countersign/access';
import { type Directory, WORKSPACE } from '@countersign/directory';
import type { CallRow } from '../views/call-row.ts';

/** What reaches beyond any workspace: a role that is granted at one does not confer it. */
const ORGANIZATION_WIDE: ReadonlySet<Permission> = new Set(['manage_users', 'manage_keys']);

/** Whether a principal holds a permission somewhere in its organization, or at a project of it. */
export type Permitted = (principal: Principal, permission: Permission, project?: string) => boolean;

export function createPermitted(directory: Directory): Permitted {
  return (principal, permission, project) => {
    const roles =
      principal.kind === 'user'
        ? (directory.user(principal.organization, principal.id)?.data.roles ?? [])
        : [];
    const path: ScopePath = {
      organization: principal.organization,
      ...(ORGANIZATION_WIDE.has(permission) ? {} : { workspace: WORKSPACE }),
      ...(project === undefined ? {} : { project }),
    };
    return allows(principal, roles, path, permission);
  };
}

/** Whether the call is the principal's own: it is the agent, or it announced the call. */
export function isOwn(call: CallRow, principal: Principal): boolean {
  const asked = call.requested_by.kind === principal.kind && call.requested_by.id === principal.id;
  return asked || (principal.kind === 'agent' && call.agent_id === principal.id);
}

/** What a caller may not see does not exist for it. */
export function maySee(call: CallRow, principal: Principal, permitted: Permitted): boolean {
  if (call.organization !== principal.organization) return false;
  return isOwn(call, principal) || permitted(principal, 'read');
}
