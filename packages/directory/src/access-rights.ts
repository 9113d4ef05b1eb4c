import {
  type AclPrincipal,
  type AclResource,
  type AclState,
  effectiveLevel,
  type Granter,
  type Held,
  heldBy,
  type Level,
  NOTHING_HELD,
} from '@countersign/access';
import type { AclBoard } from './acl-board.ts';
import type { Directory } from './directory.ts';

/** What principals may do with work intents and namespaces, asked of what this process has folded. */
export interface AccessRights {
  /** Ids of the groups that somebody belongs to. */
  groupsOf(organization: string, principal: AclPrincipal): readonly string[];
  /** Whether it is an agent that was disabled: it has nothing, whatever lists say. */
  isDisabled(organization: string, principal: AclPrincipal): boolean;
  /** The level at a moment; `undefined` where there is no such resource. */
  levelOn(
    organization: string,
    resource: AclResource,
    principal: AclPrincipal,
    atMs: number,
  ): Level | null | undefined;
  /** As what somebody changes a list, or hands on what they have by it. */
  granterOf(
    organization: string,
    acl: AclState,
    principal: AclPrincipal,
    atMs: number,
    administersAll: boolean,
  ): Granter;
}

/** Rights as the lists tell, the groups and defaults that are known beside them, and the namespace's answer where a list has none. */
export function createAccessRights(
  lists: Pick<AclBoard, 'get'>,
  directory: Pick<Directory, 'agent' | 'groupsOf'>,
): AccessRights {
  const groupsOf: AccessRights['groupsOf'] = (organization, { kind, id }) =>
    kind === 'group' ? [] : directory.groupsOf(organization, { kind, id });
  /** What an agent may do with what no list speaks of; `null` for nothing. */
  const defaultOf = (organization: string, { kind, id }: AclPrincipal): Level | null =>
    kind === 'agent' ? (directory.agent(organization, id)?.access.default_permission ?? null) : null;
  const aboveOf = (organization: string, { namespace }: AclState): AclState | undefined =>
    namespace === null ? undefined : lists.get(organization, { kind: 'namespace', id: namespace });

  // Every decision about a call asks for this: no list is looked at that does not answer.
  const levelBy = (
    organization: string,
    acl: AclState,
    principal: AclPrincipal,
    atMs: number,
  ): Level | null => {
    const level = effectiveLevel(acl, principal, groupsOf(organization, principal), atMs, null);
    if (level !== null || acl.defaultPolicy !== null) return level;
    const above = aboveOf(organization, acl);
    return above ? levelBy(organization, above, principal, atMs) : defaultOf(organization, principal);
  };
  /** What holds for somebody where a list leaves it open: the namespace's answer, then their own default. */
  const fallbackOf = (organization: string, acl: AclState, principal: AclPrincipal, atMs: number): Held => {
    const above = aboveOf(organization, acl);
    if (!above) return { ...NOTHING_HELD, level: defaultOf(organization, principal) };
    return heldBy(above, granterOf(organization, above, principal, atMs, false), atMs);
  };
  const granterOf: AccessRights['granterOf'] = (organization, acl, principal, atMs, administersAll) => ({
    principal,
    groups: groupsOf(organization, principal),
    fallback: fallbackOf(organization, acl, principal, atMs),
    administersAll,
  });
  return {
    groupsOf,
    granterOf,
    isDisabled: (organization, { kind, id }) =>
      kind === 'agent' && directory.agent(organization, id)?.enabled === false,
    levelOn(organization, resource, principal, atMs) {
      const acl = lists.get(organization, resource);
      return acl && levelBy(organization, acl, principal, atMs);
    },
  };
}
