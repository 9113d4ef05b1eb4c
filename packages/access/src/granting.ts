import { grantedAt, type RoleAssignment } from './role.ts';
import { WILDCARD } from './roles/role-catalog.ts';
import type { RoleRights } from './roles/role-rights.ts';
import { covers, kindOfScope, type ScopePath } from './scope.ts';

const NOTHING: ReadonlySet<string> = new Set();

function grantedBy(rights: RoleRights, { scope, role }: RoleAssignment): ReadonlySet<string> {
  const kind = kindOfScope(scope);
  return kind === null ? NOTHING : rights.grantedBy(kind, role);
}

/** Whether the roles grant everything at `path`: each permission that there is, also those of tools that are to come. */
export function grantsEverythingAt(
  rights: RoleRights,
  assignments: readonly RoleAssignment[],
  path: ScopePath,
): boolean {
  return assignments.some((held) => covers(held.scope, path) && grantedBy(rights, held).has(WILDCARD));
}

/**
 * Whether who holds `assignments` holds at `path` all that `given` would grant there: nobody hands on what they do not
 * hold themselves.
 */
export function coversRole(
  rights: RoleRights,
  assignments: readonly RoleAssignment[],
  given: RoleAssignment,
  path: ScopePath,
): boolean {
  const granted = grantedBy(rights, given);
  if (granted.has(WILDCARD)) return grantsEverythingAt(rights, assignments, path);
  return [...granted].every((permission) => grantedAt(rights, assignments, path, permission));
}
