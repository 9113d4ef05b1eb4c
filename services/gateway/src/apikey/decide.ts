import { type Decider, type Personal, type Rejection, reject } from '@countersign/event-sourcing';
import type { Actor, Principal } from '../toolcall/events.ts';
import type { ApiKeyCreated, ApiKeyEvent } from './events.ts';

export interface CreateApiKey {
  readonly kind: 'create';
  readonly key: ApiKeyCreated['data'];
  readonly personal: Personal | null;
}

export interface RevokeApiKey {
  readonly kind: 'revoke';
  readonly by: Actor;
}

export type ApiKeyCommand = CreateApiKey | RevokeApiKey;

export type ApiKey =
  | { readonly status: 'none' }
  | { readonly status: 'active' | 'revoked'; readonly keyId: string; readonly principal: Principal };

function evolve(state: ApiKey, event: ApiKeyEvent): ApiKey {
  switch (event.type) {
    case 'api-key-created.v1':
      return { status: 'active', keyId: event.data.key_id, principal: event.data.principal };
    case 'api-key-revoked.v1':
      return state.status === 'none' ? state : { ...state, status: 'revoked' };
    default:
      return state;
  }
}

function decide(command: ApiKeyCommand, state: ApiKey): readonly ApiKeyEvent[] | Rejection<'not_found'> {
  if (command.kind === 'create') {
    if (state.status !== 'none') return [];
    const { key, personal } = command;
    return [{ type: 'api-key-created.v1', data: key, ...(personal ? { personal } : {}) }];
  }
  if (state.status === 'none') return reject('not_found', 'there is no such key');
  if (state.status === 'revoked') return [];
  return [
    { type: 'api-key-revoked.v1', data: { key_id: state.keyId, principal: state.principal, by: command.by } },
  ];
}

export const apiKey: Decider<ApiKey, ApiKeyCommand, ApiKeyEvent, 'not_found'> = {
  initial: { status: 'none' },
  evolve,
  decide,
};
