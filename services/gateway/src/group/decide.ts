import { isDeepStrictEqual } from 'node:util';
import { type Decider, type Rejection, reject } from '@countersign/event-sourcing';
import type { Actor } from '../toolcall/events.ts';
import type { GroupEvent, Registration } from './events.ts';

/**
 * Registers or changes; the same members change nothing, unless one of them has to join again. A group that was removed is
 * registered anew.
 */
export interface RegisterGroup {
  readonly kind: 'register';
  readonly registration: Registration;
  /**
   * The version of the group that somebody of these has left since; null where nobody has. No event of the group tells that
   * a user was removed.
   */
  readonly leftSince: number | null;
  /** The version that the caller's right to make others members was judged by, 0: no group; null: they may make anybody one. */
  readonly seen: number | null;
  readonly by: Actor;
}

interface RemoveGroup {
  readonly kind: 'remove';
  readonly by: Actor;
}

/** `version_conflict`: the members are not those that the caller has judged. */
export type GroupRejection = 'not_found' | 'version_conflict';

/** Everything that can be asked of a group. */
export type GroupCommand = RegisterGroup | RemoveGroup;

/** `version` of the stream, by which members who left since are told. */
export type Group =
  | { readonly status: 'none' }
  | {
      readonly status: 'registered' | 'removed';
      readonly version: number;
      readonly registration: Registration;
    };

function evolve(state: Group, event: GroupEvent): Group {
  const version = state.status === 'none' ? 1 : state.version + 1;
  switch (event.type) {
    case 'group-registered.v1':
    case 'group-changed.v1': {
      const { by: _, ...registration } = event.data;
      return { status: 'registered', version, registration };
    }
    case 'group-removed.v1':
      return state.status === 'none' ? state : { ...state, version, status: 'removed' };
    default:
      return state;
  }
}

function decide(command: GroupCommand, state: Group): readonly GroupEvent[] | Rejection<GroupRejection> {
  const { by } = command;
  if (command.kind === 'register') {
    const data = { ...command.registration, by };
    const present = state.status === 'registered' ? state : null;
    const isSame = isDeepStrictEqual(present?.registration, command.registration);
    if (isSame && command.leftSince !== present?.version) return [];
    if (command.seen !== null && command.seen !== (present?.version ?? 0))
      return reject('version_conflict', 'the group was changed at the same time; read it and repeat');
    return [{ type: present ? 'group-changed.v1' : 'group-registered.v1', data }];
  }
  if (state.status === 'none') return reject('not_found', 'there is no such group');
  if (state.status === 'removed') return [];
  return [{ type: 'group-removed.v1', data: { group_id: state.registration.group_id, by } }];
}

/** Registered, changed, removed and registered anew; the same members change nothing. */
export const group: Decider<Group, GroupCommand, GroupEvent, GroupRejection> = {
  initial: { status: 'none' },
  evolve,
  decide,
};
