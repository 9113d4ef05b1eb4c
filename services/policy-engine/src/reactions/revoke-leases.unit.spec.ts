import type { AclState } from '@countersign/access';
import type { Message } from '@countersign/message-bus';
import { TEST_EPOCH } from '@countersign/testing';
import { describe, expect, it } from 'vitest';
import { createLeaseBoard } from '../lease/board.ts';
import { createRevokeLeases } from './revoke-leases.ts';

function message(type: string, data: object, position = 1, organization = 'acme'): Message {
  return {
    ...{ id: `event-${position}`, type, topic: 'agent.control', service: 'policy-engine' },
    ...{ subject: 'workintent-one', sequence: position, position, time: TEST_EPOCH, organization },
    data: data as Message['data'],
  };
}
const acquired = (id: string, intent_id: string, who: string, organization = 'acme') => {
  const data = { intent_id, lease_id: id, scope: 'a', expires_at: '2026-11-21T10:00:00.000Z' };
  return message('workintent.lease_acquired', { ...data, by: { kind: 'agent', id: who } }, 1, organization);
};

/** Leases of two intents, and which of them are taken by what happens when `lost` may not write any more. */
async function takenBy(happened: Message, lost: string, fails = false) {
  const leases = createLeaseBoard();
  const known = [
    acquired('a', 'one', 'ann'),
    acquired('b', 'one', 'ben'),
    acquired('c', 'two', 'ann'),
    acquired('d', 'one', 'ann', 'globex'),
  ];
  for (const one of known) leases.apply(one);
  const taken: unknown[] = [];
  const react = createRevokeLeases({
    leases,
    board: { get: (_, resource) => ({ resource }) as AclState },
    standing: { holdsSince: async (_, __, { id }) => id !== lost },
    workIntents: {
      load: () => expect.unreachable('nothing is loaded'),
      async handle(stream, command, { eventId }) {
        if (fails)
          return {
            kind: 'failed',
            error: { code: 'StoreUnavailable', reason: 'unreachable', detail: 'down' },
          };
        expect(command).toMatchObject({ kind: 'end-lease', how: 'revoked' });
        taken.push([stream, 'leaseId' in command && command.leaseId, eventId(0)]);
        return {
          kind: 'rejected',
          rejection: { rejected: 'not_found', detail: '' },
          durable: async () => null,
        };
      },
    },
  });
  const outcome = await react(happened);
  return { outcome: outcome.kind, taken: taken as [string, string, string][] };
}

const ofIntent = message('acl.revoked', { resource: { kind: 'intent', id: 'one' }, ended: [] }, 9);
const ofNamespace = message('acl.revoked', { resource: { kind: 'namespace', id: 'space' }, ended: [] }, 9);

describe('O-LSE-2: what somebody may not write any more', () => {
  it.each([
    ['of one work intent, where its list changes', ofIntent, ['a']],
    ['of all of the organization, where that of a namespace does', ofNamespace, ['a', 'c']],
    ['of all, where somebody is removed', message('user.removed', { user_id: 'x' }, 9), ['a', 'c']],
    [
      'of all organizations, where roles grant something else',
      message('role.catalog.applied', {}, 9, 'default'),
      ['a', 'c', 'd'],
    ],
    ['of its own, where a lease is taken meanwhile', acquired('a', 'one', 'ann'), ['a']],
  ])('is taken %s', async (_, happened, ids) => {
    const { outcome, taken } = await takenBy(happened, 'ann');
    expect(outcome).toBe('done');
    expect(taken.map(([, id]) => id)).toEqual(ids);
    expect(new Set(taken.map(([, , eventId]) => eventId)).size, 'each event has an id of its own').toBe(
      ids.length,
    );
  });

  it('is nothing of those who still may, and is tried again while the store is away', async () => {
    expect((await takenBy(ofNamespace, 'nobody')).taken).toEqual([]);
    expect(await takenBy(ofIntent, 'ann', true)).toMatchObject({ outcome: 'again', taken: [] });
  });
});
