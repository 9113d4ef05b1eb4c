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
import { type Problem, problem } from '@countersign/contracts';
import {
  type AclBoard,
  type Directory,
  FIRST_ORGANIZATION,
  isKeyInForce,
  type Keys,
  ownsInstallation,
  projectOf,
  type Reviewers,
} from '@countersign/directory';
import type { Allows } from '@countersign/http';
import type { Actor } from '../toolcall/events.ts';
import type { NamedApprovers } from './named-approvers.ts';

/** What somebody may hand on: what they hold themselves, where they hold it. */
export interface Granting {
  /** Whether somebody holds every permission of the organization that the request is about. */
  holdsEverything(principal: Principal): boolean;
  /** Whether somebody may give a role to others, or take it from them. */
  mayGrant(principal: Principal, assignment: RoleAssignment): boolean;
  /**
   * Who has said something earlier, as what they are now. `asOwner`: as an owner of the installation; null where they own it
   * no more.
   */
  asNow(organization: string, by: Party, asOwner: boolean): Principal | null;
  /**
   * What somebody lacks to make a key for a holder, with which they could act as it; `null` where they may.
   * `everything`: of the organization; `installation`: its ownership.
   */
  lacksForKeyOf(
    principal: Principal,
    holder: Party,
  ): Promise<Permission | 'everything' | 'installation' | null>;
  /**
   * Whether who registers somebody new, or makes their first key, would get what lists, access reviews, policies or groups
   * already give by that id, wherever that was said, and does not hold everything anyhow.
   */
  wouldClaim(principal: Principal, party: Party): Promise<boolean>;
  /** Whether somebody may let an agent of a project act for a user: they hold all that the user holds there. */
  mayLetActFor(principal: Principal, userId: string, project: string): boolean;
  /** The roles by which somebody holds what they hold in a project. */
  rolesIn(principal: Principal, project: string): readonly RoleAssignment[];
}

/** By roles, keys of owners and the names on lists, as they are known now. */
export function createGranting(deps: {
  readonly directory: Directory;
  readonly keys: Pick<Keys, 'list'>;
  readonly lists: Pick<AclBoard, 'names'>;
  readonly approvers: Pick<NamedApprovers, 'names'>;
  readonly reviewers: Pick<Reviewers, 'names'>;
  /** Resolves when all is known that was said of access up to now, by whatever instance. */
  readonly knowsAccess: () => Promise<void>;
  readonly permitted: Allows;
  readonly nowMs: () => number;
}): Granting {
  const { directory, keys, lists, approvers, reviewers, permitted, nowMs } = deps;

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

  /** Whether somebody acts as a service that nobody else has ever made a key of: what it has, they have. */
  const isTheirs = async (principal: Principal, service: Party): Promise<boolean> => {
    const isClaimed = await granting.wouldClaim(principal, service);
    const of = keys.list(principal.organization).filter(({ data }) => isSame(data.principal, service));
    if (of.some(({ data }) => !isMadeBy(data.created_by, principal))) return false;
    return !isClaimed || of.some((key) => isKeyInForce(key, nowMs()));
  };

  const granting: Granting = {
    holdsEverything: (principal) =>
      principal.installationOwner === true ||
      grantsEverythingAt(directory.roleRights(), rolesOf(principal), {
        organization: principal.organization,
      }),
    async lacksForKeyOf(principal, holder) {
      if (isSame(principal, holder)) return null;
      if (isAboveThem(principal, holder)) return 'installation';
      if (granting.holdsEverything(principal)) return null;
      if (holder.kind === 'user') return 'everything';
      const { organization } = principal;
      if (holder.kind === 'service') {
        // It may call from anywhere in the organization.
        const may = grantedAt(directory.roleRights(), rolesOf(principal), { organization }, 'call_tools');
        if (!may) return 'call_tools';
        return (await isTheirs(principal, holder)) ? null : 'everything';
      }
      const project = projectOf(directory, organization, holder.id);
      return permitted(principal, 'manage_agents', { project }) ? null : 'manage_agents';
    },
    async wouldClaim(principal, party) {
      if (granting.holdsEverything(principal)) return false;
      await deps.knowsAccess();
      const { organization } = principal;
      return (
        lists.names(organization, party) ||
        reviewers.names(organization, party) ||
        approvers.names(organization, party) ||
        directory.groupsOf(organization, party).length > 0
      );
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
    rolesIn(principal, project) {
      const path = directory.pathOf(principal.organization, project);
      return rolesOf(principal).filter(({ scope }) => covers(scope, path));
    },
    asNow(organization, by, asOwner) {
      const principal: Principal = { ...by, organization, keyId: '' };
      if (!asOwner) return principal;
      return by.kind === 'user' && ownsIt(by.id) ? { ...principal, installationOwner: true } : null;
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

/** Why somebody new may not be registered by who would get what their id already gives. */
export async function claimProblem(
  granting: Granting,
  principal: Principal,
  party: Party,
): Promise<Problem | null> {
  return (await granting.wouldClaim(principal, party))
    ? problem(
        'forbidden',
        `access lists, access reviews, policies or groups already name ${party.kind} ${party.id}: only who holds every permission of the organization registers it now`,
      )
    : null;
}

function isMadeBy(actor: Actor, { kind, id }: Principal): boolean {
  return actor.kind === kind && actor.id === id;
}
