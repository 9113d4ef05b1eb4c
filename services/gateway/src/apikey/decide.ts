import { type Decider, type Personal, type Rejection, reject } from '@countersign/event-sourcing';
import type { Actor, Principal } from '../toolcall/events.ts';
import type { ApiKeyCreated, ApiKeyEvent } from './events.ts';

/** Makes a key, of which the hash alone is recorded. Personal: its name. */
export interface CreateApiKey {
  readonly kind: 'create';
  readonly key: ApiKeyCreated['data'];
  readonly personal: Personal | null;
}

interface RevokeApiKey {
  readonly kind: 'revoke';
  readonly by: Actor;
}

/** Puts another key, which is made already, in the place of this one: once. */
interface RotateApiKey {
  readonly kind: 'rotate';
  readonly successor: string;
  /** Until when this one is good beside it. */
  readonly validUntil: string;
  readonly by: Actor;
}

/** Everything that can be asked of a key. */
export type ApiKeyCommand = CreateApiKey | RotateApiKey | RevokeApiKey;

/** `void`: the key has ended. */
export type ApiKeyRejection = 'not_found' | 'void';

/** A key as far as its stream decides; its end by time is not recorded. */
export type ApiKey =
  | { readonly status: 'none' }
  | {
      readonly status: 'active' | 'rotated' | 'revoked';
      readonly keyId: string;
      readonly principal: Principal;
      readonly successor: string | null;
    };

function evolve(state: ApiKey, event: ApiKeyEvent): ApiKey {
  switch (event.type) {
    case 'api-key-created.v1':
      return {
        status: 'active',
        keyId: event.data.key_id,
        principal: event.data.principal,
        successor: null,
      };
    case 'api-key-rotated.v1':
      return state.status === 'active'
        ? { ...state, status: 'rotated', successor: event.data.successor }
        : state;
    case 'api-key-revoked.v1':
      return state.status === 'none' ? state : { ...state, status: 'revoked' };
    default:
      return state;
  }
}

function decide(command: ApiKeyCommand, state: ApiKey): readonly ApiKeyEvent[] | Rejection<ApiKeyRejection> {
  if (command.kind === 'create') {
    if (state.status !== 'none') return [];
    const { key, personal } = command;
    return [{ type: 'api-key-created.v1', data: key, ...(personal ? { personal } : {}) }];
  }
  if (state.status === 'none') return reject('not_found', 'there is no such key');
  const { keyId: key_id, principal } = state;
  if (command.kind === 'rotate') {
    // This very rotation, whose first answer was lost.
    if (state.successor === command.successor) return [];
    if (state.status !== 'active') return reject('void', `the key is ${state.status}`);
    const { successor, validUntil: valid_until, by } = command;
    return [{ type: 'api-key-rotated.v1', data: { key_id, principal, successor, valid_until, by } }];
  }
  if (state.status === 'revoked') return [];
  return [{ type: 'api-key-revoked.v1', data: { key_id, principal, by: command.by } }];
}

/** Made once; rotated or revoked, it stays so. */
export const apiKey: Decider<ApiKey, ApiKeyCommand, ApiKeyEvent, ApiKeyRejection> = {
  initial: { status: 'none' },
  evolve,
  decide,
};
