import {
  type AclEntry,
  type AclPrincipal,
  type AclResource,
  type AclState,
  recordOf,
} from '@countersign/access';
import { timeAt as at, createKnownWorld, developersMay, type Step } from '@countersign/directory/testing';
import { describe, expect, it } from 'vitest';
import { createGovernanceRights } from './rights.ts';

const NOW = Date.parse(at(100));
const agent = (id: string) => ({ kind: 'agent', id }) as const;
const user = (id: string) => ({ kind: 'user', id }) as const;
const group = (id: string) => ({ kind: 'group', id }) as const;
const INTENT: AclResource = { kind: 'intent', id: 'one' };
const SPACE: AclResource = { kind: 'namespace', id: 'space' };
const BY = user('olga');

let made = 0;
function entry(principal: AclPrincipal, level: AclEntry['level'], more: Partial<AclEntry> = {}): AclEntry {
  made += 1;
  const given = {
    ...{ delegable: null, parent: null, grantedBy: BY, grantedAt: at(0), expiresAt: null },
  };
  return { id: `entry-${made}`, principal, level, ...given, ...more };
}

type List = Partial<Pick<AclState, 'resource' | 'namespace' | 'creator' | 'defaultPolicy' | 'defaultLevel'>>;
const told = (type: string, resource: AclResource, data: object): Step => [
  `acl.${type}`,
  `access-acme:${resource.kind}:${resource.id}`,
  { resource, by: BY, ...data } as never,
];
const list = (entries: readonly AclEntry[], more: List = {}): Step => {
  const { resource = INTENT, namespace = null, creator = agent('creator') } = more;
  const { defaultPolicy = 'closed', defaultLevel = 'read' } = more;
  const terms = {
    default_policy: defaultPolicy,
    default_level: defaultLevel,
    entries: entries.map(recordOf),
  };
  return told('created', resource, { namespace, creator, ...terms });
};
const granted = (one: AclEntry, resource = INTENT) => told('granted', resource, { entry: recordOf(one) });
const ended = (one: AclEntry, resource = INTENT) =>
  told('revoked', resource, { ended: [{ id: one.id, principal: one.principal, level: one.level }] });
const members = (name: string, ...who: readonly AclPrincipal[]): Step => [
  'group.changed',
  `group-acme:${name}`,
  { group_id: name, members: who, by: BY } as never,
];
const control = (type: string, id: string, data: object = {}): Step => {
  const kind = type.split('.')[0] ?? '';
  return [type, `${kind}-acme:${id}`, { [`${kind}_id`]: id, by: BY, ...data } as never];
};
const registered = (id: string) => control('agent.registered', id, { project: 'web', acts_for: 'any' });
const holding = (id: string, role: string | null) =>
  control('user.changed', id, { roles: role === null ? [] : [{ scope: { organization: 'acme' }, role }] });
const catalog = (...may: readonly string[]): Step => [
  'role.catalog.applied',
  'rolecatalog-installation',
  developersMay(...may),
  'default',
];

/** What is known when all of it has happened; what was so at a position is what came before `since`. */
function world(before: readonly Step[], since: readonly Step[] = []) {
  const { known, tell } = createKnownWorld(() => NOW);
  for (const step of before) tell(step);
  const from = before.length;
  for (const step of since) tell(step);
  const governanceRights = createGovernanceRights({
    ...known,
    rights: known.intents.rights,
    nowMs: () => NOW,
  });
  const acl = () => known.lists.get('acme', INTENT) as AclState;
  return {
    administers: (who: ReturnType<typeof agent> | ReturnType<typeof user>) =>
      governanceRights.holdsSince('acme', acl(), who, 'admin', from),
    isAssigned: (who: AclPrincipal) => governanceRights.isAssigned('acme', acl(), who),
    assigned: () => governanceRights.assignedAgents('acme', acl()),
  };
}

describe('who is assigned to a work intent', () => {
  it('is whom its list names with write, in whatever way, and whoever made it', () => {
    const entries = [
      entry(agent('writer'), 'write'),
      entry(agent('reader'), 'read'),
      entry(agent('late'), 'write', { expiresAt: at(99) }),
      entry(group('team'), 'admin'),
      entry(user('ann'), 'admin'),
    ];
    const team = members('team', agent('writer'), agent('member'), user('ben'));
    const { isAssigned, assigned } = world([team, list(entries)]);
    const named = [agent('creator'), agent('writer'), agent('member'), user('ann'), user('ben')];
    for (const who of named) expect(isAssigned(who), who.id).toBe(true);
    for (const who of [agent('reader'), agent('late'), agent('ann'), user('writer'), agent('nobody')])
      expect(isAssigned(who), who.id).toBe(false);
    expect(assigned(), 'each agent counts once').toBe(3);
  });

  it('is nobody whom the list only leaves in, and no creator that is no more', () => {
    const open = list([], { creator: user('ann'), defaultPolicy: 'open', defaultLevel: 'admin' });
    const { isAssigned, assigned } = world([open, control('user.removed', 'ann')]);
    expect([isAssigned(user('ann')), isAssigned(agent('nobody')), assigned()]).toEqual([false, false, 0]);
    expect(world([list([], { creator: user('ann') })]).assigned()).toBe(0);
  });
});

describe('who administers it since a moment', () => {
  const boss = entry(agent('boss'), 'admin');
  const again = entry(agent('boss'), 'admin', { grantedAt: at(90) });
  const team = entry(group('team'), 'admin');

  it('is who had the right then and has it now', async () => {
    const { administers } = world([list([boss, entry(agent('writer'), 'write')])]);
    expect([await administers(agent('creator')), await administers(agent('boss'))]).toEqual([true, true]);
    expect([await administers(agent('writer')), await administers(agent('nobody'))]).toEqual([false, false]);
  });

  it.each<[string, readonly Step[], readonly Step[]]>([
    ['whose right is younger', [list([])], [granted(boss)]],
    ['whose right is over', [list([entry(agent('boss'), 'admin', { expiresAt: at(100) })])], []],
    [
      'whose right was over when it was given again',
      [list([entry(agent('boss'), 'admin', { expiresAt: at(2) })])],
      [members('crew'), granted(again)],
    ],
    ['whose entry was taken and given again', [list([boss])], [ended(boss), granted(again)]],
    [
      'who was given less for a while than the list leaves open',
      [list([], { defaultPolicy: 'open', defaultLevel: 'admin' })],
      [granted(entry(agent('boss'), 'read')), ended(entry(agent('boss'), 'read', { id: `entry-${made}` }))],
    ],
    [
      'who has left the group and come back',
      [members('team', agent('boss')), list([team])],
      [members('team'), members('team', agent('boss'))],
    ],
    [
      'who was disabled and enabled',
      [registered('boss'), list([boss])],
      [control('agent.disabled', 'boss'), control('agent.enabled', 'boss')],
    ],
    ['who is disabled', [registered('boss'), list([boss])], [control('agent.disabled', 'boss')]],
    [
      'to whom the namespace has given less for a while',
      [list([boss], { resource: SPACE }), list([], { namespace: 'space', defaultPolicy: null })],
      [ended(boss, SPACE), granted(again, SPACE)],
    ],
  ])('is nobody %s', async (_, before, since) => {
    expect(await world(before, since).administers(agent('boss'))).toBe(false);
  });

  it.each<[string, readonly Step[], readonly Step[]]>([
    [
      'by a group of which others leave',
      [members('team', agent('boss'), agent('bot')), list([team])],
      [members('team', agent('boss'))],
    ],
    ['by another right before the one is taken', [list([boss])], [granted(again), ended(boss)]],
    [
      'by the list of the namespace where that answers',
      [list([boss], { resource: SPACE }), list([], { namespace: 'space', defaultPolicy: null })],
      [members('team')],
    ],
  ])('may be so %s', async (_, before, since) => {
    expect(await world(before, since).administers(agent('boss'))).toBe(true);
  });

  it('is nobody who has the id of somebody removed since, whatever the list leaves open', async () => {
    const open = list([], { defaultPolicy: 'open', defaultLevel: 'admin' });
    const gone = control('user.removed', 'ann');
    expect(await world([gone, open]).administers(user('ann'))).toBe(true);
    expect(await world([open], [gone]).administers(user('ann'))).toBe(false);
  });

  it('may be so by a role, held and granting it without a break', async () => {
    const before = [catalog('manage_intents'), holding('ann', 'developer'), list([])];
    const administers = (...since: readonly Step[]) => world(before, since).administers(user('ann'));
    expect(await administers()).toBe(true);
    expect(await administers(catalog('manage_intents', 'read'), holding('ann', 'developer'))).toBe(true);
    expect(await administers(catalog('read'), catalog('manage_intents'))).toBe(false);
    expect(await administers(holding('ann', null), holding('ann', 'developer'))).toBe(false);
    expect(await administers(control('user.removed', 'ann'), holding('ann', 'developer'))).toBe(false);
    expect(await world(before).administers(agent('ann'))).toBe(false);
  });
});
