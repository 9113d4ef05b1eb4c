import {
  type AclPrincipal,
  type AclState,
  effectiveLevel,
  includesLevel,
  type Level,
  principalKey,
} from '@countersign/access';
import { type AccessRights, type AclBoard, createAccessRights, type Directory } from '@countersign/directory';
import type { Allows } from '@countersign/http';
import type { Actor } from '../policy/events.ts';

/** What governance asks of the access lists, as they are known now. */
export interface Standing {
  /** Whether the list of a work intent names somebody, by themselves or by a group, with at least `write`. */
  isAssigned(organization: string, acl: AclState, who: AclPrincipal): boolean;
  /** How many agents it names so. */
  assignedAgents(organization: string, acl: AclState): number;
  /**
   * Whether somebody holds a level on a work intent by a right that they had at a moment and have had since: what was taken
   * and given again is another right.
   */
  holdsSince(organization: string, acl: AclState, who: Actor, level: Level, since: string): boolean;
}

/** By the lists of the board, and the groups and roles that the directory knows. */
export function createStanding(deps: {
  readonly rights: AccessRights;
  readonly board: Pick<AclBoard, 'get' | 'removal'>;
  readonly directory: Pick<Directory, 'agent' | 'group' | 'user'>;
  readonly allows: Allows;
  readonly nowMs: () => number;
}): Standing {
  const { rights, board, directory, allows, nowMs } = deps;

  const isAssigned: Standing['isAssigned'] = (organization, acl, who) => {
    const named: AclState = { ...acl, defaultPolicy: 'closed' };
    const level = effectiveLevel(named, who, rights.groupsOf(organization, who), nowMs(), null);
    return includesLevel(level, 'write');
  };

  /** A user's record changes with their roles: what they had before is not looked for behind it. */
  const hasRoleSince = (organization: string, { kind, id }: AclPrincipal, since: string): boolean => {
    const user = kind === 'user' ? directory.user(organization, id) : undefined;
    if (!user || user.message.time > since) return false;
    return allows({ kind: 'user', id, organization, keyId: '' }, 'manage_intents');
  };

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
    holdsSince(organization, { resource }, { kind, id }, level, since) {
      if (kind === 'system') return false;
      const who: AclPrincipal = { kind, id };
      const removal = board.removal(organization, who);
      if (removal && removal.time >= since) return false;
      if (kind === 'agent' && directory.agent(organization, id)?.enabled === false) return false;
      if (hasRoleSince(organization, who, since)) return true;
      const then = createAccessRights({ get: (...of) => grantedUntil(board.get(...of), since) }, rights);
      return [rights, then].every(({ levelOn }) =>
        includesLevel(levelOn(organization, resource, who, nowMs()) ?? null, level),
      );
    },
  };
}

/** What is left of a list without what it was given later. */
function grantedUntil(acl: AclState | undefined, moment: string): AclState | undefined {
  return acl && { ...acl, entries: acl.entries.filter(({ grantedAt }) => grantedAt <= moment) };
}
