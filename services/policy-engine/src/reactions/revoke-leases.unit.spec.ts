import { recordOf } from '@countersign/access';
import { createKnownWorld, developersMay, timeAt } from '@countersign/directory/testing';
import type { Message } from '@countersign/message-bus';
import { describe, expect, it } from 'vitest';
import { createLeaseBoard } from '../lease/board.ts';
import { createRevokeLeases } from './revoke-leases.ts';

type Kind = 'agent' | 'user' | 'group';
type Told = readonly [type: string, subject: string, data: object, organization?: string];

const BY = { kind: 'user', id: 'olga' };
const acl = (
  type: string,
  kind: 'intent' | 'namespace',
  id: string,
  data: object,
  organization = 'acme',
): Told => [
  ...([`acl.${type}`, `access-${organization}:${kind}:${id}`] as const),
  { resource: { kind, id }, by: BY, ...data },
  organization,
];
const control = (type: string, id: string, data: object = {}): Told => {
  const kind = String(type.split('.')[0]);
  return [type, `${kind}-acme:${id}`, { [`${kind}_id`]: id, by: BY, ...data }];
};
const list = (namespace: string | null, ...named: readonly [Kind, string][]) => ({
  ...{ namespace, creator: BY, default_policy: 'closed', default_level: 'read' },
  entries: named.map(([kind, id], at) =>
    recordOf({
      ...{ id: `entry-${at}`, principal: { kind, id }, level: 'write', delegable: null, parent: null },
      ...{ grantedBy: { kind: 'user', id: 'olga' }, grantedAt: timeAt(0), expiresAt: null },
    }),
  ),
});
const acquired = (
  lease_id: string,
  intent_id: string,
  kind: Kind,
  id: string,
  organization = 'acme',
): Told => [
  'workintent.lease_acquired',
  `workintent-${organization}:${intent_id}`,
  { intent_id, lease_id, scope: lease_id, expires_at: timeAt(9_000), by: { kind, id } },
  organization,
];

/** Leases of two intents, and one of the same id in another organization. */
const KNOWN: readonly Told[] = [
  acl('created', 'namespace', 'space', list(null, ['group', 'team'])),
  acl('created', 'intent', 'one', list(null, ['agent', 'ann'], ['user', 'paul'])),
  acl('created', 'intent', 'two', list('space', ['agent', 'ann'])),
  acl('created', 'intent', 'one', list(null, ['agent', 'ann']), 'globex'),
  acquired('a', 'one', 'agent', 'ann'),
  acquired('b', 'one', 'agent', 'ben'),
  acquired('c', 'two', 'agent', 'ann'),
  acquired('d', 'two', 'user', 'ann'),
  acquired('e', 'one', 'agent', 'ann', 'globex'),
];

interface Now {
  /** Who may not write any more. */
  readonly lost: (holder: string) => boolean;
  readonly unassigned?: (holder: string) => boolean;
  readonly fails?: boolean;
}

/** Which leases are taken by what happens, or left to the policy. */
async function takenBy(happened: Told, { lost, unassigned = () => false, fails = false }: Now) {
  const { known, tell } = createKnownWorld();
  const leases = createLeaseBoard();
  const told = (one: Told): Message => {
    const message = tell(one as never);
    leases.apply(message);
    return message;
  };
  for (const one of KNOWN) told(one);
  const taken: unknown[] = [];
  const left: unknown[] = [];
  const react = createRevokeLeases({
    leases,
    board: known.lists,
    governanceRights: {
      holdsSince: async (_, __, { id }) => !lost(id),
      isAssigned: (_, __, { id }) => !unassigned(id),
    },
    workIntents: {
      load: () => expect.unreachable('nothing is loaded'),
      async handle(stream, command, { eventId }) {
        if (fails)
          return {
            kind: 'failed',
            error: { code: 'StoreUnavailable', reason: 'unreachable', detail: 'down' },
          };
        if (command.kind === 'bar-lease') left.push(command.leaseId);
        else if (command.kind === 'end-lease' && command.how === 'revoked')
          taken.push([stream, command.leaseId, eventId(0)]);
        else expect.unreachable(command.kind);
        return {
          kind: 'rejected',
          rejection: { rejected: 'not_found', detail: '' },
          durable: async () => null,
        };
      },
    },
  });
  const outcome = await react(told(happened));
  return { outcome: outcome.kind, taken: taken as [string, string, string][], left };
}

const revoked = { ended: [] };
const everybody = () => true;

describe('O-LSE-2: what somebody may not write any more', () => {
  it.each<[string, Told, readonly string[]]>([
    ['of one work intent, where its list changes', acl('revoked', 'intent', 'one', revoked), ['a', 'b']],
    [
      'of those in a namespace, where its list changes',
      acl('revoked', 'namespace', 'space', revoked),
      ['c', 'd'],
    ],
    ['of whom a user is that is changed', control('user.changed', 'ann'), ['d']],
    ['of nobody, where a user is changed that holds none', control('user.changed', 'paul'), []],
    ['of whom an agent is whose default changes', control('agent.access_set', 'ann'), ['a', 'c']],
    ['of whom an agent is that is disabled', control('agent.disabled', 'ben'), ['b']],
    ['of whom a user is that is removed', control('user.removed', 'ann'), ['d']],
    [
      'of one work intent, where somebody is removed from its list',
      control('user.removed', 'paul'),
      ['a', 'b'],
    ],
    ['of nobody, where somebody is removed that no list names', control('user.removed', 'x'), []],
    ['of what names a group that is changed', control('group.changed', 'team', { members: [] }), ['c', 'd']],
    ['of what names a group that is removed', control('group.removed', 'team'), ['c', 'd']],
    ['of nobody, where another group is changed', control('group.changed', 'crew', { members: [] }), []],
    [
      'of all organizations, where roles grant something else',
      ['role.catalog.applied', 'rolecatalog-installation', developersMay(), 'default'],
      ['a', 'b', 'c', 'd', 'e'],
    ],
    ['of its own, where a lease is taken meanwhile', acquired('f', 'one', 'agent', 'ann'), ['f']],
  ])('is taken %s', async (_, happened, ids) => {
    const { outcome, taken } = await takenBy(happened, { lost: everybody });
    expect(outcome).toBe('done');
    expect(taken.map(([, id]) => id)).toEqual(ids);
    expect(new Set(taken.map(([, , eventId]) => eventId)).size, 'each event has an id of its own').toBe(
      ids.length,
    );
  });

  it('is nothing of those who still may, and is tried again while the store is away', async () => {
    const happened = acl('revoked', 'intent', 'one', revoked);
    const { taken } = await takenBy(happened, { lost: (holder) => holder === 'ben' });
    expect(taken.map(([, id]) => id)).toEqual(['b']);
    const away = await takenBy(happened, { lost: everybody, fails: true });
    expect(away).toMatchObject({ outcome: 'again', taken: [] });
  });

  it('is for the policy to say, of those who still may and are not assigned', async () => {
    const happened = acl('revoked', 'intent', 'one', revoked);
    const now = { lost: () => false, unassigned: (holder: string) => holder === 'ben' };
    expect(await takenBy(happened, now)).toMatchObject({ outcome: 'done', taken: [], left: ['b'] });
    expect(await takenBy(happened, { ...now, fails: true })).toMatchObject({ outcome: 'again', left: [] });
  });
});
