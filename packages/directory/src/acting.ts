import {
  coversRole,
  missingPermissions,
  type RoleAssignment,
  type RoleRights,
  type ScopePath,
} from '@countersign/access';
import type { AgentRegistered } from '@countersign/contracts';

/** A user that an agent acts for, and what they hold. */
export interface ActedFor {
  readonly id: string;
  readonly roles: readonly RoleAssignment[];
}

/** Roles that an agent acts for a user with at most: those of who let it; `null` where nothing bounds it. */
function boundOf(
  { bounds = [] }: Pick<AgentRegistered, 'bounds'>,
  userId: string,
): readonly RoleAssignment[] | null {
  return bounds.find(({ users }) => users.includes(userId))?.roles ?? null;
}

/** Those of a user's roles that an agent acts with: where it is bounded, none that who let it act did not hold wholly. */
export function rolesActedWith(
  rights: RoleRights,
  agent: Pick<AgentRegistered, 'bounds'> | undefined,
  user: ActedFor,
  path: ScopePath,
): readonly RoleAssignment[] {
  const bound = agent ? boundOf(agent, user.id) : null;
  return bound === null ? user.roles : user.roles.filter((held) => coversRole(rights, bound, held, path));
}

/**
 * Which of the permissions that a tool requires an agent lacks when it acts for a user with these roles, in the order asked:
 * those of the user count, of what the user got later only as much as who let the agent act for them held.
 */
export function missingFor(
  rights: RoleRights,
  agent: Pick<AgentRegistered, 'bounds'> | undefined,
  user: ActedFor,
  path: ScopePath,
  required: readonly string[],
): readonly string[] {
  const missing = missingPermissions(rights, user.roles, path, required);
  const bound = agent ? boundOf(agent, user.id) : null;
  if (bound === null) return missing;
  const lacking = new Set([...missing, ...missingPermissions(rights, bound, path, required)]);
  return required.filter((permission) => lacking.has(permission));
}
