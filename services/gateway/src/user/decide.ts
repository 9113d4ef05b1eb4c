import { isDeepStrictEqual } from 'node:util';
import { type Decider, type Personal, type Rejection, reject } from '@countersign/event-sourcing';
import type { Actor } from '../toolcall/events.ts';
import type { Registration, UserEvent } from './events.ts';

/** Registers or changes. An identical registration changes nothing; `sameName`: the sealed display name is the same. */
export interface RegisterUser {
  readonly kind: 'register';
  readonly registration: Registration;
  readonly sameName: boolean;
  readonly by: Actor;
  readonly personal: Personal;
}

/** Ends a membership. Who is registered afterwards begins anew. */
export interface RemoveUser {
  readonly kind: 'remove';
  readonly by: Actor;
}

export type UserCommand = RegisterUser | RemoveUser;

/** `null`: never registered, or removed. */
export type User = { readonly registration: Registration | null };

function evolve(state: User, event: UserEvent): User {
  switch (event.type) {
    case 'user-registered.v1':
    case 'user-changed.v1': {
      const { by: _, ...registration } = event.data;
      return { registration };
    }
    case 'user-removed.v1':
      return { registration: null };
    default:
      return state;
  }
}

function decide(command: UserCommand, state: User): readonly UserEvent[] | Rejection<'not_found'> {
  if (command.kind === 'remove') {
    if (state.registration === null) return reject('not_found', 'there is no such user');
    const { user_id } = state.registration;
    return [{ type: 'user-removed.v1', data: { user_id, by: command.by } }];
  }
  const data = { ...command.registration, by: command.by };
  const { personal } = command;
  if (state.registration === null) return [{ type: 'user-registered.v1', data, personal }];
  if (command.sameName && isDeepStrictEqual(state.registration, command.registration)) return [];
  return [{ type: 'user-changed.v1', data, personal }];
}

export const user: Decider<User, UserCommand, UserEvent, 'not_found'> = {
  initial: { registration: null },
  evolve,
  decide,
};
