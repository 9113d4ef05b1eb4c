import { isDeepStrictEqual } from 'node:util';
import type { Decider, Personal } from '@countersign/event-sourcing';
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

export type User = { readonly registration: Registration | null };

function evolve(_state: User, event: UserEvent): User {
  const { by: _, ...registration } = event.data;
  return { registration };
}

function decide(command: RegisterUser, state: User): readonly UserEvent[] {
  const data = { ...command.registration, by: command.by };
  const { personal } = command;
  if (state.registration === null) return [{ type: 'user-registered.v1', data, personal }];
  if (command.sameName && isDeepStrictEqual(state.registration, command.registration)) return [];
  return [{ type: 'user-changed.v1', data, personal }];
}

export const user: Decider<User, RegisterUser, UserEvent> = {
  initial: { registration: null },
  evolve,
  decide,
};
