import { grantedAt, grantsOf, type RoleAssignment } from './role.ts';
import { covers, type ScopePath } from './scope.ts';

/** Whether the roles grant everything at `path`: each permission that there is, also those of tools that are to come. */
export function grantsEverythingAt(assignments: readonly RoleAssignment[], path: ScopePath): boolean {
  return assignments.some(({ scope, role }) => covers(scope, path) && grantsOf(role) === 'everything');
}

/**
 * Whether who holds `assignments` holds at `path` all that `role` would grant there: nobody hands on what they do not hold
 * themselves.
 */
export function coversRole(assignments: readonly RoleAssignment[], role: string, path: ScopePath): boolean {
  const granted = grantsOf(role);
  if (granted === 'everything') return grantsEverythingAt(assignments, path);
  return [...granted].every((permission) => grantedAt(assignments, path, permission));
}
