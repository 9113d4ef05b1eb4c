import { type KeyName, VAULT_CLOSED } from '@countersign/sealing';
import { describe, expect, it } from 'vitest';
import { createKeyRequests } from './key-requests.ts';

const name = (subject: string): KeyName => ({
  organization: 'acme',
  subject,
  month: '2026-11',
  retention: 'standard',
});

describe('requests for keys', () => {
  it('of one turn go together, each name once, and each asker gets its own key', async () => {
    const batches: string[][] = [];
    const request = createKeyRequests((names) => {
      batches.push(names.map(({ subject }) => subject));
      return names.map(({ subject }) => ({ id: subject, bytes: new Uint8Array(32) }));
    });
    const keys = await Promise.all(
      ['alice', 'bob', 'alice', 'carl'].map((subject) => request(name(subject))),
    );
    expect(keys.map((key) => 'id' in key && key.id)).toEqual(['alice', 'bob', 'alice', 'carl']);
    await request(name('alice'));
    expect(batches).toEqual([['alice', 'bob', 'carl'], ['alice']]);
  });

  it('all get the failure when there is one, and later ones are asked again', async () => {
    let works = false;
    const request = createKeyRequests((names) =>
      works ? names.map(({ subject }) => ({ id: subject, bytes: new Uint8Array(32) })) : VAULT_CLOSED,
    );
    expect(await Promise.all([request(name('alice')), request(name('bob'))])).toEqual([
      VAULT_CLOSED,
      VAULT_CLOSED,
    ]);
    works = true;
    expect(await request(name('alice'))).toMatchObject({ id: 'alice' });
  });
});
