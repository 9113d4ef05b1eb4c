import type { Permission } from './permission.ts';
import type { Principal } from './principal.ts';
import { grantedAnywhere, grantedAt, type RoleAssignment } from './role.ts';
import type { RoleRights } from './roles/role-rights.ts';
import type { ScopePath } from './scope.ts';

/**
 * Whether a principal may do something at `path`. The installation's owner may do everything; agents and services
 * have `call_tools` and nothing else; a person has what the roles grant, in the organization that the request is about.
 */
export function allows(
  rights: RoleRights,
  principal: Principal,
  roles: readonly RoleAssignment[],
  path: ScopePath,
  permission: Permission,
): boolean {
  if (principal.installationOwner) return true;
  if (path.organization !== principal.organization) return false;
  return principal.kind === 'user' ? grantedAt(rights, roles, path, permission) : permission === 'call_tools';
}

/**
 * Whether a principal may do something somewhere in its organization, if only in one project. What it is about decides
 * then: `allows`, at the project of that.
 */
export function allowsSomewhere(
  rights: RoleRights,
  principal: Principal,
  roles: readonly RoleAssignment[],
  permission: Permission,
): boolean {
  if (principal.installationOwner) return true;
  return principal.kind === 'user' ? grantedAnywhere(rights, roles, permission) : permission === 'call_tools';
}
