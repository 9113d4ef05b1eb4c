import {
  type AclEntry,
  type AclResource,
  type AclState,
  isCreator,
  isLive,
  type Principal,
} from '@countersign/access';
import { type Problem, problem, type WorkIntentRequest } from '@countersign/contracts';
import type { AclBoard } from '@countersign/directory';
import type { CommandHandler } from '@countersign/event-store';
import {
  actorOf,
  answered,
  edgeMetadata,
  personal,
  type ServiceDependencies,
  timeOf,
} from '@countersign/service';
import type { AccessCommand } from '../access/commands.ts';
import type { AccessRejection } from '../access/decide.ts';
import { partyOf } from '../access/gate.ts';
import { accessStream } from '../access/routes.ts';
import type { Access } from '../access/state.ts';

/** Begins the access list of something new. It comes first: nothing is ever there without one. */
export type BeginList = (
  principal: Principal,
  resource: AclResource,
  terms: Partial<Pick<WorkIntentRequest, 'namespace' | 'parent_intent_id' | 'inherit_access'>>,
) => Promise<Problem | { readonly position: number }>;

/** Writes the list before what it is about: nothing is ever there without one. */
export function createBeginList(deps: {
  readonly service: ServiceDependencies;
  readonly lists: CommandHandler<Access, AccessCommand, AccessRejection>;
  readonly board: Pick<AclBoard, 'get'>;
}): BeginList {
  const { service, lists, board } = deps;
  const { clock, ids, disclose } = service;

  return async (principal, resource, { namespace = null, parent_intent_id, inherit_access = false }) => {
    const { organization } = principal;
    const parent =
      inherit_access && parent_intent_id !== undefined
        ? board.get(organization, { kind: 'intent', id: parent_intent_id })
        : undefined;
    const at = timeOf(clock);
    const list: AclState = {
      resource,
      namespace,
      creator: partyOf(principal),
      defaultPolicy: parent?.defaultPolicy ?? null,
      defaultLevel: parent?.defaultLevel ?? 'read',
      entries: parent ? copied(parent, clock.nowMs(), ids.next) : [],
    };
    const handled = await lists.handle(
      accessStream(organization, resource),
      {
        kind: 'create',
        list,
        by: actorOf(principal),
        personal: personal(principal.id, disclose('reasons', {})),
      },
      edgeMetadata(service, { organization, time: at }),
    );
    // A list of the caller's without what it is for was begun and not finished: a work intent's id is nobody else's.
    const isOwn = ({ acl }: Access) =>
      resource.kind === 'intent' && acl !== null && isCreator(acl, partyOf(principal));
    return answered(handled, ({ events, position, state }) =>
      events.length > 0 || isOwn(state)
        ? { position }
        : problem('already_exists', 'there is an access list of this name'),
    );
  };
}

/** The live entries under ids of their own, each still delegated from the copy of what it was delegated from. */
function copied({ entries }: AclState, atMs: number, nextId: () => string): readonly AclEntry[] {
  const live = entries.filter((entry) => isLive(entry, atMs));
  const copies = new Map(live.map(({ id }) => [id, nextId()]));
  return live.map((entry) => ({
    ...entry,
    id: copies.get(entry.id) ?? '',
    parent: entry.parent === null ? null : (copies.get(entry.parent) ?? null),
  }));
}
