import {
  type AclPrincipal,
  type AclState,
  effectiveLevel,
  includesLevel,
  type Level,
  principalKey,
} from '@countersign/access';
import {
  type AccessRights,
  createAccessRights,
  createEverSince,
  type Directory,
  type Known,
  type KnownNow,
} from '@countersign/directory';
import type { Position } from '@countersign/event-store';
import { createPermitted } from '@countersign/service';
import { createLevelHeld } from '../access/level-held.ts';
import type { Actor } from '../policy/events.ts';

/** What governance asks of the access lists, as they are known now. */
export interface GovernanceRights {
  /** Whether the list of a work intent names somebody, by themselves or by a group, with at least `write`. */
  isAssigned(organization: string, acl: AclState, who: AclPrincipal | Actor): boolean;
  /** How many agents it names so. */
  assignedAgents(organization: string, acl: AclState): number;
  /** The person behind somebody: whoever owns an agent says what it says. */
  personBehind(organization: string, who: Actor): string;
  /** Whether somebody holds a level on a work intent by a right in its organization. */
  holds(organization: string, acl: AclState, who: Actor, level: Level): boolean;
  /** Whether they have held it without a break since a position: what was taken and given again revives nothing. */
  holdsSince(
    organization: string,
    acl: AclState,
    who: Actor,
    level: Level,
    since: Position,
  ): Promise<boolean>;
}

/** By the lists of the board, and the groups and roles that the directory knows. */
export function createGovernanceRights(
  deps: KnownNow & { readonly rights: AccessRights; readonly nowMs: () => number },
): GovernanceRights {
  const { directory, lists, rights, nowMs } = deps;
  const everSince = createEverSince(deps);
  const holdsNow = createHolds(rights, directory);

  const isAssigned: GovernanceRights['isAssigned'] = (organization, acl, { kind, id }) => {
    if (kind === 'system') return false;
    const who: AclPrincipal = { kind, id };
    const named: AclState = { ...acl, defaultPolicy: 'closed' };
    const level = effectiveLevel(named, who, rights.groupsOf(organization, who), nowMs(), null);
    return includesLevel(level, 'write');
  };

  const holds: GovernanceRights['holds'] = (organization, acl, who, level) =>
    holdsNow(organization, acl, who, level, nowMs());

  return {
    isAssigned,
    assignedAgents(organization, acl) {
      const principals = [acl.creator, ...acl.entries.map(({ principal }) => principal)];
      const named = principals.flatMap(({ kind, id }): readonly AclPrincipal[] =>
        kind === 'group' ? (directory.group(organization, id)?.members ?? []) : [{ kind, id }],
      );
      const agents = new Map(
        named.filter(({ kind }) => kind === 'agent').map((agent) => [principalKey(agent), agent]),
      );
      return [...agents.values()].filter((agent) => isAssigned(organization, acl, agent)).length;
    },
    personBehind(organization, { kind, id }) {
      const owner = kind === 'agent' ? directory.agent(organization, id)?.data.owner : undefined;
      return owner === undefined ? `${kind}:${id}` : `user:${owner}`;
    },
    holds,
    async holdsSince(organization, acl, who, level, since) {
      const { kind, id } = who;
      if (kind === 'system' || !holds(organization, acl, who, level)) return false;
      const removal = lists.removal(organization, { kind, id });
      // Who has the id now is somebody else.
      if (removal && removal.position > since) return false;
      const streams = [
        kind === 'user' ? directory.user(organization, id)?.message : undefined,
        kind === 'agent' ? directory.agent(organization, id)?.message : undefined,
        directory.roleCatalog(),
      ];
      const begin = (then: Known) => {
        const held = createHolds(createAccessRights(then.lists, then.directory), then.directory);
        return (atMs: number) => (held(organization, acl, who, level, atMs) ? null : true);
      };
      const rests = { organization, streams, resource: acl.resource };
      const broken = await everSince(rests, since, { begin, untold: true });
      return broken === null;
    },
  };
}

/** Whether somebody has a level at a moment. */
function createHolds(rights: AccessRights, directory: Directory) {
  const levelHeld = createLevelHeld(rights, createPermitted(directory));
  return (
    organization: string,
    { resource }: AclState,
    { kind, id }: Actor,
    level: Level,
    atMs: number,
  ): boolean =>
    kind !== 'system' &&
    includesLevel(levelHeld({ kind, id, organization, keyId: '' }, resource, atMs), level);
}
