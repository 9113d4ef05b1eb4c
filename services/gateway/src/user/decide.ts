import { isDeepStrictEqual } from 'node:util';
import { type Decider, type Personal, type Rejection, reject } from '@countersign/event-sourcing';
import type { Actor } from '../toolcall/events.ts';
import type { Registration, UserEvent } from './events.ts';

/** Registers or changes. An identical registration changes nothing; `sameName`: the sealed display name is the same. */
export interface RegisterUser {
  readonly kind: 'register';
  readonly registration: Registration;
  /** The roles that the caller's right to change them was judged by; `null`: they may change any. */
  readonly seen: Registration['roles'] | null;
  readonly sameName: boolean;
  /** Changes nobody who is registered already. */
  readonly onlyNew?: true;
  /** As in `RemoveUser`. */
  readonly follows?: number;
  /** The version that a change of somebody else would follow: the same again is an event then, so that it does not come. */
  readonly passes?: number | null;
  readonly by: Actor;
  readonly personal: Personal;
}

/** Ends a membership. Who is registered afterwards begins anew. */
interface RemoveUser {
  readonly kind: 'remove';
  readonly seen: Registration['roles'] | null;
  /** The one version that the change may follow; absent: any. */
  readonly follows?: number;
  readonly by: Actor;
}

/** Everything that can be asked of a user. */
export type UserCommand = RegisterUser | RemoveUser;

/** Somebody who is, was or may become a user. */
export interface User {
  readonly version: number;
  /** `null`: never registered, or removed. */
  readonly registration: Registration | null;
}

function evolve(state: User, event: UserEvent): User {
  const version = state.version + 1;
  switch (event.type) {
    case 'user-registered.v1':
    case 'user-changed.v1': {
      const { by: _, ...registration } = event.data;
      return { version, registration };
    }
    case 'user-removed.v1':
      return { version, registration: null };
    default:
      return { ...state, version };
  }
}

/** `version_conflict`: the roles are not those that the caller has judged. */
export type UserRejection = 'not_found' | 'version_conflict';

function decide(command: UserCommand, state: User): readonly UserEvent[] | Rejection<UserRejection> {
  const hasMoved = command.follows !== undefined && command.follows !== state.version;
  const isOther =
    hasMoved || (command.seen !== null && !isDeepStrictEqual(state.registration?.roles ?? [], command.seen));
  const conflict = reject(
    'version_conflict',
    'the roles were changed at the same time; read them and repeat',
  );
  if (command.kind === 'remove') {
    if (state.registration === null) return reject('not_found', 'there is no such user');
    if (isOther) return conflict;
    const { user_id } = state.registration;
    return [{ type: 'user-removed.v1', data: { user_id, by: command.by } }];
  }
  if (command.onlyNew && state.registration !== null) return [];
  const data = { ...command.registration, by: command.by };
  const { personal } = command;
  const isSame = command.sameName && isDeepStrictEqual(state.registration, command.registration);
  if (isSame && command.passes !== state.version) return [];
  if (isOther) return conflict;
  if (state.registration === null) return [{ type: 'user-registered.v1', data, personal }];
  return [{ type: 'user-changed.v1', data, personal }];
}

/** Registered, changed and removed; who is registered afterwards begins anew. */
export const user: Decider<User, UserCommand, UserEvent, UserRejection> = {
  initial: { version: 0, registration: null },
  evolve,
  decide,
};
