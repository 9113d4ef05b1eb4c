import {
  type AclPrincipal,
  type AclState,
  effectiveLevel,
  includesLevel,
  type Level,
  principalKey,
} from '@countersign/access';
import { createAccessRights, createEverSince, type Known, type KnownNow } from '@countersign/directory';
import type { Position } from '@countersign/event-store';
import { createPermitted } from '@countersign/service';
import type { Actor } from '../policy/events.ts';

/** What governance asks of the access lists, as they are known now. */
export interface Standing {
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
export function createStanding(deps: KnownNow & { readonly nowMs: () => number }): Standing {
  const { directory, lists, nowMs } = deps;
  const rights = createAccessRights(lists, directory);
  const everSince = createEverSince(deps);
  const holdsNow = createHolds(deps);

  const isAssigned: Standing['isAssigned'] = (organization, acl, { kind, id }) => {
    if (kind === 'system') return false;
    const who: AclPrincipal = { kind, id };
    const named: AclState = { ...acl, defaultPolicy: 'closed' };
    const level = effectiveLevel(named, who, rights.groupsOf(organization, who), nowMs(), null);
    return includesLevel(level, 'write');
  };

  const holds: Standing['holds'] = (organization, { resource }, { kind, id }, level) =>
    kind !== 'system' && holdsNow(organization, resource, { kind, id }, level, nowMs());

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
    async holdsSince(organization, acl, { kind, id }, level, since) {
      if (kind === 'system' || !holds(organization, acl, { kind, id }, level)) return false;
      const who: AclPrincipal = { kind, id };
      const removal = lists.removal(organization, who);
      // Who has the id now is somebody else.
      if (removal && removal.position > since) return false;
      const streams = [
        kind === 'user' ? directory.user(organization, id)?.message : undefined,
        kind === 'agent' ? directory.agent(organization, id)?.message : undefined,
        directory.roleCatalog(),
      ];
      const begin = (then: Known) => {
        const held = createHolds(then);
        return (atMs: number) => (held(organization, acl.resource, who, level, atMs) ? null : true);
      };
      const rests = { organization, streams, resource: acl.resource };
      const broken = await everSince(rests, since, { begin, untold: true });
      return broken === null;
    },
  };
}

/** Whether somebody has a level at a moment, by a list or by a role. */
function createHolds({ lists, directory }: Pick<Known, 'lists' | 'directory'>) {
  const rights = createAccessRights(lists, directory);
  const allows = createPermitted(directory);
  return (
    organization: string,
    resource: AclState['resource'],
    who: AclPrincipal,
    level: Level,
    atMs: number,
  ): boolean => {
    if (rights.isDisabled(organization, who)) return false;
    const { kind, id } = who;
    if (kind === 'user' && allows({ kind, id, organization, keyId: '' }, 'manage_intents')) return true;
    return includesLevel(rights.levelOn(organization, resource, who, atMs) ?? null, level);
  };
}
