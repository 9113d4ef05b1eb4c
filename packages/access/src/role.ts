import type { RoleScope } from './roles/role-catalog.ts';
import type { RoleRights } from './roles/role-rights.ts';
import { covers, kindOfScope, type Scope, type ScopePath } from './scope.ts';

/** A role held in a scope. What it grants, the catalog in force says. */
export interface RoleAssignment {
  readonly scope: Scope;
  readonly role: string;
}

function grants(rights: RoleRights, { scope, role }: RoleAssignment, permission: string): boolean {
  const kind: RoleScope | null = kindOfScope(scope);
  return kind !== null && rights.grants(kind, role, permission);
}

/** The roles that count at `path`, each once. One that the catalog does not have counts nowhere. */
export function rolesAt(
  rights: RoleRights,
  assignments: readonly RoleAssignment[],
  path: ScopePath,
): readonly string[] {
  const held = assignments.filter(({ scope, role }) => {
    const kind = kindOfScope(scope);
    return kind !== null && rights.has(kind, role) && covers(scope, path);
  });
  return [...new Set(held.map(({ role }) => role))];
}

/** Whether the roles grant a permission at `path`. */
export function grantedAt(
  rights: RoleRights,
  assignments: readonly RoleAssignment[],
  path: ScopePath,
  permission: string,
): boolean {
  return assignments.some((held) => covers(held.scope, path) && grants(rights, held, permission));
}

/** Whether the roles grant a permission anywhere: there is a scope in which it may be used, it may be a project alone. */
export function grantedAnywhere(
  rights: RoleRights,
  assignments: readonly RoleAssignment[],
  permission: string,
): boolean {
  return assignments.some((held) => grants(rights, held, permission));
}

/** Which of the permissions that a tool requires the roles do not grant at `path`, in the order asked. */
export function missingPermissions(
  rights: RoleRights,
  assignments: readonly RoleAssignment[],
  path: ScopePath,
  required: readonly string[],
): readonly string[] {
  return required.filter((permission) => !grantedAt(rights, assignments, path, permission));
}
