import type { AclEntry, AclPrincipal, AclResource, AclState, Level } from '@countersign/access';
import { createAccessRights, type Directory } from '@countersign/directory';
import type { Message } from '@countersign/message-bus';
import { describe, expect, it } from 'vitest';
import { createStanding } from './standing.ts';

const at = (second: number) =>
  new Date(Date.parse('2026-11-21T09:00:00.000Z') + second * 1_000).toISOString();
const NOW = Date.parse(at(100));
const agent = (id: string) => ({ kind: 'agent', id }) as const;
const user = (id: string) => ({ kind: 'user', id }) as const;
const group = (id: string) => ({ kind: 'group', id }) as const;
const INTENT: AclResource = { kind: 'intent', id: 'one' };
const SPACE: AclResource = { kind: 'namespace', id: 'space' };

let made = 0;
function entry(principal: AclPrincipal, level: Level, more: Partial<AclEntry> = {}): AclEntry {
  made += 1;
  const given = {
    delegable: null,
    parent: null,
    grantedBy: agent('creator'),
    grantedAt: at(0),
    expiresAt: null,
  };
  return { id: `entry-${made}`, principal, level, ...given, ...more };
}

function list(entries: readonly AclEntry[], more: Partial<AclState> = {}): AclState {
  const terms = { defaultPolicy: 'closed', defaultLevel: 'read' } as const;
  return { resource: INTENT, namespace: null, creator: agent('creator'), ...terms, entries, ...more };
}

/** A world in which the work intent has a list, and people have what is said of them. */
function world(
  acl: AclState,
  {
    space,
    removed = {},
    members = {},
    disabled = [],
    managers = {},
  }: {
    space?: AclState;
    removed?: Readonly<Record<string, string>>;
    members?: Readonly<Record<string, readonly AclPrincipal[]>>;
    disabled?: readonly string[];
    /** When who holds `manage_intents` was last changed. */
    managers?: Readonly<Record<string, string>>;
  } = {},
) {
  const board = {
    get: (_: string, { kind }: AclResource) => (kind === 'intent' ? acl : space),
    removal: (_: string, { kind, id }: AclPrincipal) => {
      const time = removed[`${kind}:${id}`];
      return time === undefined ? undefined : ({ time } as Message);
    },
  };
  const isMember = (name: string, { kind, id }: AclPrincipal) =>
    members[name]?.some((one) => one.kind === kind && one.id === id) ?? false;
  const rights = createAccessRights(board, {
    groupsOf: (_, who) => Object.keys(members).filter((name) => isMember(name, who)),
    defaultOf: () => null,
  });
  const directory = {
    agent: (_: string, id: string) => ({ enabled: !disabled.includes(id) }),
    group: (_: string, id: string) => members[id] && { members: members[id] },
    user: (_: string, id: string) => managers[id] && { message: { time: managers[id] } },
  } as unknown as Directory;
  const allows = ({ id }: { readonly id: string }) => id in managers;
  const standing = createStanding({ rights, board, directory, allows, nowMs: () => NOW });
  return {
    administers: (who: ReturnType<typeof agent> | ReturnType<typeof user>, since = at(50)) =>
      standing.holdsSince('acme', acl, who, 'admin', since),
    isAssigned: (who: AclPrincipal) => standing.isAssigned('acme', acl, who),
    assigned: () => standing.assignedAgents('acme', acl),
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
    const members = { team: [agent('writer'), agent('member'), user('ben')] };
    const { isAssigned, assigned } = world(list(entries), { members });
    const named = [agent('creator'), agent('writer'), agent('member'), user('ann'), user('ben')];
    for (const who of named) expect(isAssigned(who), who.id).toBe(true);
    for (const who of [agent('reader'), agent('late'), agent('ann'), user('writer'), agent('nobody')])
      expect(isAssigned(who), who.id).toBe(false);
    expect(assigned(), 'each agent counts once').toBe(3);
  });

  it('is nobody whom the list only leaves in, and no creator that is no more', () => {
    const open = list([], { defaultPolicy: 'open', defaultLevel: 'admin', creatorLeft: true });
    expect(world(open).isAssigned(agent('creator'))).toBe(false);
    expect(world(open).isAssigned(agent('nobody'))).toBe(false);
    expect(world(open).assigned()).toBe(0);
    expect(world(list([], { creator: user('ann') })).assigned()).toBe(0);
  });
});

describe('who administers it since a moment', () => {
  it('is who had the right then and has it now', () => {
    const acl = list([entry(agent('boss'), 'admin'), entry(agent('writer'), 'write')]);
    const { administers } = world(acl);
    expect([administers(agent('creator')), administers(agent('boss'))]).toEqual([true, true]);
    expect([administers(agent('writer')), administers(agent('nobody'))]).toEqual([false, false]);
  });

  it('is nobody whose right is younger, or over', () => {
    for (const more of [{ grantedAt: at(51) }, { expiresAt: at(100) }])
      expect(world(list([entry(agent('boss'), 'admin', more)])).administers(agent('boss'))).toBe(false);
    const lowered = [entry(agent('boss'), 'read', { grantedAt: at(60) })];
    const open = list(lowered, { defaultPolicy: 'open', defaultLevel: 'admin' });
    expect(world(open).administers(agent('boss')), 'given less since').toBe(false);
  });

  it('goes by the list of the namespace where that answers, as it was', () => {
    const under = list([], { defaultPolicy: null, namespace: 'space' });
    const above = (grantedAt: string) =>
      list([entry(agent('boss'), 'admin', { grantedAt })], { resource: SPACE });
    expect(world(under, { space: above(at(50)) }).administers(agent('boss'))).toBe(true);
    expect(world(under, { space: above(at(51)) }).administers(agent('boss'))).toBe(false);
  });

  it('may be one of a group, is no disabled agent, and nobody who has the id of somebody removed since', () => {
    const acl = list([entry(group('team'), 'admin'), entry(user('ann'), 'admin')]);
    const members = { team: [agent('boss')] };
    expect(world(acl, { members }).administers(agent('boss'))).toBe(true);
    expect(world(acl, { members, disabled: ['boss'] }).administers(agent('boss'))).toBe(false);
    expect(world(acl, { removed: { 'user:ann': at(49) } }).administers(user('ann'))).toBe(true);
    expect(world(acl, { removed: { 'user:ann': at(50) } }).administers(user('ann'))).toBe(false);
  });

  it('may be so by a role, as long as nothing was changed about them', () => {
    const roles = (since: string) => world(list([]), { managers: { ann: since } }).administers(user('ann'));
    expect([roles(at(50)), roles(at(51))]).toEqual([true, false]);
    expect(world(list([]), { managers: { ann: at(0) } }).administers(agent('ann'))).toBe(false);
    const gone = world(list([]), { managers: { ann: at(0) }, removed: { 'user:ann': at(60) } });
    expect(gone.administers(user('ann'))).toBe(false);
  });
});
