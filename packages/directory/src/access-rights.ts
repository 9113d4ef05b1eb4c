import {
  type AclPrincipal,
  type AclResource,
  type AclState,
  effectiveLevel,
  type Held,
  heldBy,
  type Level,
  NOTHING_HELD,
} from '@countersign/access';
import type { AclBoard } from './acl-board.ts';

/** What is known of principals beside the lists. */
export interface KnownOfPrincipals {
  /** Ids of the groups that somebody belongs to. */
  readonly groupsOf: (organization: string, principal: AclPrincipal) => readonly string[];
  /** What an agent may do with what no list speaks of; `null` for nothing. */
  readonly defaultOf: (organization: string, principal: AclPrincipal) => Level | null;
}

/** What principals may do with work intents and namespaces, asked of what this process has folded. */
export interface AccessRights extends KnownOfPrincipals {
  /** The level at a moment; `undefined` where there is no such resource. */
  levelOn(
    organization: string,
    resource: AclResource,
    principal: AclPrincipal,
    atMs: number,
  ): Level | null | undefined;
  /** The same by a list that is or was the resource's. */
  levelBy(organization: string, acl: AclState, principal: AclPrincipal, atMs: number): Level | null;
  /** What holds for somebody where a list leaves it open: the namespace's answer, then their own default. */
  fallbackOf(organization: string, acl: AclState, principal: AclPrincipal, atMs: number): Held;
}

/** Rights as the board's lists tell, and what is known of principals beside them. */
export function createAccessRights(
  board: Pick<AclBoard, 'get'>,
  { groupsOf, defaultOf }: KnownOfPrincipals,
): AccessRights {
  const aboveOf = (organization: string, { namespace }: AclState): AclState | undefined =>
    namespace === null ? undefined : board.get(organization, { kind: 'namespace', id: namespace });
  // Every decision about a call asks for this: no list is looked at that does not answer.
  const levelBy: AccessRights['levelBy'] = (organization, acl, principal, atMs) => {
    const level = effectiveLevel(acl, principal, groupsOf(organization, principal), atMs, null);
    if (level !== null || acl.defaultPolicy !== null) return level;
    const above = aboveOf(organization, acl);
    return above ? levelBy(organization, above, principal, atMs) : defaultOf(organization, principal);
  };
  const fallbackOf: AccessRights['fallbackOf'] = (organization, acl, principal, atMs) => {
    const above = aboveOf(organization, acl);
    if (!above) return { ...NOTHING_HELD, level: defaultOf(organization, principal) };
    const groups = groupsOf(organization, principal);
    const fallback = fallbackOf(organization, above, principal, atMs);
    return heldBy(above, { principal, groups, fallback, administersAll: false }, atMs);
  };
  return {
    groupsOf,
    defaultOf,
    levelBy,
    fallbackOf,
    levelOn(organization, resource, principal, atMs) {
      const acl = board.get(organization, resource);
      return acl && levelBy(organization, acl, principal, atMs);
    },
  };
}
