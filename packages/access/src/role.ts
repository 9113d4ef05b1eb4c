import { concernsInstallation, type Permission } from './permission.ts';
import { covers, type Scope, type ScopePath } from './scope.ts';

/** The roles of the first release (contract 3). */
export type Role = 'owner' | 'operator' | 'developer' | 'viewer';

/** A role held in a scope. The name may be of a later release, which grants nothing here. */
export interface RoleAssignment {
  readonly scope: Scope;
  readonly role: string;
}

/** What a role grants. `everything` is all of the organization's own, tool permissions included. */
const GRANTS: Readonly<Record<Role, ReadonlySet<string> | 'everything'>> = {
  owner: 'everything',
  operator: granting('read', 'approve_tool_calls', 'engage_kill_switch', 'read_audit'),
  developer: granting('read', 'manage_agents', 'manage_tools', 'publish_policies'),
  viewer: granting('read'),
};

function granting(...permissions: readonly Permission[]): ReadonlySet<string> {
  return new Set(permissions);
}

const NOTHING: ReadonlySet<string> = new Set();

/** What a role grants where it is held; nothing for a name that is not known. */
export function grantsOf(role: string): ReadonlySet<string> | 'everything' {
  return Object.hasOwn(GRANTS, role) ? GRANTS[role as Role] : NOTHING;
}

/** Whether a role grants a permission: one of Countersign's own, or one that a tool requires. */
export function roleGrants(role: string, permission: string): boolean {
  const grants = grantsOf(role);
  return grants === 'everything' ? !concernsInstallation(permission) : grants.has(permission);
}

/** The roles that count at `path`, each once. */
export function rolesAt(assignments: readonly RoleAssignment[], path: ScopePath): readonly string[] {
  const roles = assignments.filter(({ scope }) => covers(scope, path)).map(({ role }) => role);
  return [...new Set(roles)];
}

/** Whether the roles grant a permission at `path`. */
export function grantedAt(
  assignments: readonly RoleAssignment[],
  path: ScopePath,
  permission: string,
): boolean {
  return assignments.some(({ scope, role }) => covers(scope, path) && roleGrants(role, permission));
}

/** Whether the roles grant a permission anywhere: there is a scope in which it may be used, it may be a project alone. */
export function grantedAnywhere(assignments: readonly RoleAssignment[], permission: string): boolean {
  return assignments.some(({ role }) => roleGrants(role, permission));
}

/** Which of the permissions that a tool requires the roles do not grant at `path`, in the order asked. */
export function missingPermissions(
  assignments: readonly RoleAssignment[],
  path: ScopePath,
  required: readonly string[],
): readonly string[] {
  return required.filter((permission) => !grantedAt(assignments, path, permission));
}
