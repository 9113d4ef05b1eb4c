import {
  type AclEntry,
  type AclPrincipal,
  type AclResource,
  type AclState,
  entriesShown,
  includesLevel,
  type Level,
  type Principal,
} from '@countersign/access';
import { type Problem, problem } from '@countersign/contracts';
import type { AccessRights, AclBoard } from '@countersign/directory';
import type { Allows } from '@countersign/http';
import { type Clock, lacksLevel } from '@countersign/service';
import type { ListGranter } from './commands.ts';
import { createLevelHeld } from './level-held.ts';

/** Somebody who was let in, with what they may do there. */
export interface Admitted {
  readonly acl: AclState;
  readonly level: Level;
  readonly granter: ListGranter;
}

/** Who gets to work intents and namespaces. What is hidden from somebody is not there for them. */
export interface Gate {
  /** Lets in who holds at least a level on a resource. */
  admit(principal: Principal, resource: AclResource, required: Level): Admitted | Problem;
  /** What somebody holds on a resource; `null` for nothing, also where there is none. */
  levelOn(principal: Principal, resource: AclResource): Level | null;
  /** Who may make something new: agents and services that are not disabled, and people who may read. */
  newcomer(principal: Principal): Problem | null;
}

/** By the lists of the board and the roles that callers hold. */
export function createGate(deps: {
  readonly rights: AccessRights;
  readonly board: Pick<AclBoard, 'get' | 'gone'>;
  readonly allows: Allows;
  readonly clock: Clock;
}): Gate {
  const { rights, board, allows, clock } = deps;

  const granterOf = (principal: Principal, acl: AclState): ListGranter => {
    const { organization } = principal;
    const administersAll = allows(principal, 'manage_intents');
    return {
      ...rights.granterOf(organization, acl, partyOf(principal), clock.nowMs(), administersAll),
      gone: board.gone(organization, acl.resource),
    };
  };

  const levelHeld = createLevelHeld(rights, allows);
  const levelOn: Gate['levelOn'] = (principal, resource) => levelHeld(principal, resource, clock.nowMs());

  return {
    levelOn,
    admit(principal, resource, required) {
      const acl = board.get(principal.organization, resource);
      const level = levelOn(principal, resource);
      if (!acl || level === null) return notFound(resource);
      if (!includesLevel(level, required)) return forbidden(resource, required, level);
      return { acl, level, granter: granterOf(principal, acl) };
    },
    newcomer(principal) {
      if (rights.isDisabled(principal.organization, principal))
        return problem('forbidden', 'the agent is disabled');
      if (principal.kind !== 'user' || allows(principal, 'read', 'anywhere')) return null;
      return problem('forbidden', 'the caller lacks the permission read', { required_permission: 'read' });
    },
  };
}

/** A principal without its organization and key. */
export function partyOf({ kind, id }: Principal): AclPrincipal {
  return { kind, id };
}

/** Said also of what the caller may not see. */
export function notFound({ kind }: Pick<AclResource, 'kind'>): Problem {
  return problem(
    'not_found',
    kind === 'intent' ? 'there is no such work intent' : 'there is no such namespace',
  );
}

/** Somebody who sees it and holds too little for what they want. */
export function forbidden(resource: AclResource, required: Level, current: Level | null): Problem {
  const what = resource.kind === 'intent' ? 'work intent' : 'namespace';
  return lacksLevel(resource, required, current, `this needs ${required} on the ${what}`);
}

/** The entries of a list that somebody who was let in is shown. */
export function entriesFor({ acl, level, granter }: Admitted): readonly AclEntry[] {
  const groups = granter.groups.map((id): AclPrincipal => ({ kind: 'group', id }));
  return entriesShown(level, acl.entries, [granter.principal, ...groups]) ?? [];
}
