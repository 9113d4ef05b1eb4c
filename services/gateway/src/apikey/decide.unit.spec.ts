import { alwaysIdempotent, spec } from '@countersign/event-sourcing/testing';
import { describe, it } from 'vitest';
import { commandsOfAKey, createKey, KEY_ID, OWNER, rotateKey } from '../testing/registration-commands.ts';
import { apiKey } from './decide.ts';
import type { ApiKeyEvent } from './events.ts';

const { key, personal } = createKey();
const created: ApiKeyEvent = { type: 'api-key-created.v1', data: key, ...(personal ? { personal } : {}) };
const revoke = { kind: 'revoke', by: OWNER } as const;
const revoked: ApiKeyEvent = {
  type: 'api-key-revoked.v1',
  data: { key_id: KEY_ID, principal: { kind: 'agent', id: 'helper' }, by: OWNER },
};

describe('a key', () => {
  it('is made once, and keeps its hash whoever asks again', () => {
    spec(apiKey).given().when(createKey()).then(created);
    spec(apiKey)
      .given(created)
      .when(createKey({ hash: 'another' }))
      .thenNothing();
  });

  it('is revoked once', () => {
    spec(apiKey).given(created).when(revoke).then(revoked);
    spec(apiKey).given(created, revoked).when(revoke).thenNothing();
  });

  it('that is revoked is not made again', () => {
    spec(apiKey).given(created, revoked).when(createKey()).thenNothing();
  });

  it('is rotated once, by a key of the same holder, and can be revoked after that', () => {
    const principal = { kind: 'agent', id: 'helper' } as const;
    const { successor, validUntil: valid_until } = rotateKey as Extract<typeof rotateKey, { kind: 'rotate' }>;
    const rotated: ApiKeyEvent = {
      type: 'api-key-rotated.v1',
      data: { key_id: KEY_ID, principal, successor, valid_until, by: OWNER },
    };
    spec(apiKey).given(created).when(rotateKey).then(rotated);
    spec(apiKey).given(created, rotated).when(rotateKey).thenNothing();
    spec(apiKey)
      .given(created, rotated)
      .when({ ...rotateKey, successor: 'another' } as typeof rotateKey)
      .thenRejected('void');
    spec(apiKey).given(created, rotated).when(revoke).then(revoked);
    spec(apiKey).given(created, revoked).when(rotateKey).thenRejected('void');
  });

  it('that nobody made is not found', () => {
    spec(apiKey).given().when(revoke).thenRejected('not_found');
  });
});

it('decides nothing the second time, whatever came before', () => {
  alwaysIdempotent(apiKey, commandsOfAKey);
});
