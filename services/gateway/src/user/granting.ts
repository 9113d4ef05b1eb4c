import {
  coversRole,
  grantsEverythingAt,
  type Principal,
  type RoleAssignment,
  type Scope,
  type ScopePath,
} from '@countersign/access';
import { type Directory, FIRST_ORGANIZATION, ownsInstallation } from '@countersign/directory';

/** What somebody may hand on: what they hold themselves, where they hold it. */
export interface Granting {
  /** Whether somebody holds every permission of the organization that the request is about. */
  holdsEverything(principal: Principal): boolean;
  /** Whether somebody may give a role to others, or take it from them. */
  mayGrant(principal: Principal, assignment: RoleAssignment): boolean;
}

export function createGranting(directory: Directory): Granting {
  const rolesOf = ({ kind, id, organization }: Principal): readonly RoleAssignment[] =>
    kind === 'user' ? (directory.user(organization, id)?.data.roles ?? []) : [];

  const pathOf = (organization: string, { workspace, project }: Scope): ScopePath => {
    if (project !== undefined) return directory.pathOf(organization, project);
    return workspace === undefined ? { organization } : { organization, workspace };
  };

  return {
    holdsEverything: (principal) =>
      principal.installationOwner === true ||
      grantsEverythingAt(directory.roleRights(), rolesOf(principal), {
        organization: principal.organization,
      }),
    mayGrant(principal, assignment) {
      if (principal.installationOwner) return true;
      const { organization } = principal;
      // Who owns the first organization owns all of them.
      if (organization === FIRST_ORGANIZATION && ownsInstallation([assignment])) return false;
      const path = pathOf(organization, assignment.scope);
      return coversRole(directory.roleRights(), rolesOf(principal), assignment, path);
    },
  };
}
