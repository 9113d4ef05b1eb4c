import {
  covers,
  coversRole,
  grantedAt,
  grantsEverythingAt,
  isSame,
  type Party,
  type Permission,
  type Principal,
  type RoleAssignment,
  type Scope,
  type ScopePath,
} from '@countersign/access';
import {
  type Directory,
  FIRST_ORGANIZATION,
  type Keys,
  ownsInstallation,
  projectOf,
} from '@countersign/directory';
import type { Allows } from '@countersign/http';
import type { Actor } from '../toolcall/events.ts';

/** What somebody may hand on: what they hold themselves, where they hold it. */
export interface Granting {
  /** Whether somebody holds every permission of the organization that the request is about. */
  holdsEverything(principal: Principal): boolean;
  /** Whether somebody may give a role to others, or take it from them. */
  mayGrant(principal: Principal, assignment: RoleAssignment): boolean;
  /** The same of who has said so earlier, by what they hold now; `asOwner`: as an owner of the installation. */
  mayStillGrant(organization: string, by: Party, asOwner: boolean, assignment: RoleAssignment): boolean;
  /**
   * What somebody lacks to make a key for a holder, with which they could act as it; `null` where they may.
   * `everything`: of the organization; `installation`: its ownership.
   */
  lacksForKeyOf(principal: Principal, holder: Party): Permission | 'everything' | 'installation' | null;
  /** Whether somebody may let an agent of a project act for a user: they hold all that the user holds there. */
  mayLetActFor(principal: Principal, userId: string, project: string): boolean;
}

/** By the roles that the directory knows, and by keys of owners. */
export function createGranting(directory: Directory, keys: Pick<Keys, 'list'>, permitted: Allows): Granting {
  const rolesOf = ({ kind, id, organization }: Principal): readonly RoleAssignment[] =>
    kind === 'user' ? (directory.user(organization, id)?.data.roles ?? []) : [];

  const pathOf = (organization: string, { workspace, project }: Scope): ScopePath => {
    if (project !== undefined) return directory.pathOf(organization, project);
    return workspace === undefined ? { organization } : { organization, workspace };
  };

  const ownsIt = (userId: string): boolean =>
    ownsInstallation(directory.user(FIRST_ORGANIZATION, userId)?.data.roles ?? []);

  /** Whether one owns the installation, and with it every organization, and the other does not. */
  const isAboveThem = ({ organization, installationOwner }: Principal, { kind, id }: Party): boolean =>
    kind === 'user' && organization === FIRST_ORGANIZATION && !installationOwner && ownsIt(id);

  /** Whether somebody else has ever made a key of this holder. */
  const isOfSomebodyElse = (principal: Principal, holder: Party): boolean =>
    keys
      .list(principal.organization)
      .some(({ data }) => isSame(data.principal, holder) && !isMadeBy(data.created_by, principal));

  const granting: Granting = {
    holdsEverything: (principal) =>
      principal.installationOwner === true ||
      grantsEverythingAt(directory.roleRights(), rolesOf(principal), {
        organization: principal.organization,
      }),
    lacksForKeyOf(principal, holder) {
      if (isSame(principal, holder)) return null;
      if (isAboveThem(principal, holder)) return 'installation';
      if (granting.holdsEverything(principal)) return null;
      if (holder.kind === 'user') return 'everything';
      const { organization } = principal;
      if (holder.kind === 'service') {
        // It may call from anywhere in the organization.
        const may = grantedAt(directory.roleRights(), rolesOf(principal), { organization }, 'call_tools');
        if (!may) return 'call_tools';
        // Groups and access lists may know it as somebody else's.
        return isOfSomebodyElse(principal, holder) ? 'everything' : null;
      }
      const project = projectOf(directory, organization, holder.id);
      return permitted(principal, 'manage_agents', { project }) ? null : 'manage_agents';
    },
    mayLetActFor(principal, userId, project) {
      if (granting.holdsEverything(principal) || isSame(principal, { kind: 'user', id: userId })) return true;
      const { organization } = principal;
      const path = directory.pathOf(organization, project);
      const roles = directory.user(organization, userId)?.data.roles ?? [];
      return roles
        .filter(({ scope }) => covers(scope, path))
        .every((held) => coversRole(directory.roleRights(), rolesOf(principal), held, path));
    },
    mayStillGrant(organization, by, asOwner, assignment) {
      if (!asOwner) return granting.mayGrant({ ...by, organization, keyId: '' }, assignment);
      return by.kind === 'user' && ownsIt(by.id);
    },
    mayGrant(principal, assignment) {
      if (principal.installationOwner) return true;
      const { organization } = principal;
      // Who owns the first organization owns all of them.
      if (organization === FIRST_ORGANIZATION && ownsInstallation([assignment])) return false;
      const path = pathOf(organization, assignment.scope);
      return coversRole(directory.roleRights(), rolesOf(principal), assignment, path);
    },
  };
  return granting;
}

function isMadeBy(actor: Actor, { kind, id }: Principal): boolean {
  return actor.kind === kind && actor.id === id;
}
