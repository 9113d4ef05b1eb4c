import { grantedAt, type RoleAssignment } from './role.ts';
import type { RoleRights } from './roles/role-rights.ts';
import { covers, kindOfScope, type ScopePath } from './scope.ts';

/** Whether the roles grant everything at `path`: each permission that there is, also those of tools that are to come. */
export function grantsEverythingAt(
  rights: RoleRights,
  assignments: readonly RoleAssignment[],
  path: ScopePath,
): boolean {
  return assignments.some(({ scope, role }) => {
    const kind = kindOfScope(scope);
    return kind !== null && covers(scope, path) && rights.grantsEverything(kind, role);
  });
}

/**
 * Whether who holds `assignments` holds at `path` all that a role held in `given` would grant there: nobody hands on what
 * they do not hold themselves.
 */
export function coversRole(
  rights: RoleRights,
  assignments: readonly RoleAssignment[],
  { scope, role }: RoleAssignment,
  path: ScopePath,
): boolean {
  const kind = kindOfScope(scope);
  if (kind === null) return true;
  if (rights.grantsEverything(kind, role)) return grantsEverythingAt(rights, assignments, path);
  return [...rights.permissions(kind, role)].every((permission) =>
    grantedAt(rights, assignments, path, permission),
  );
}
