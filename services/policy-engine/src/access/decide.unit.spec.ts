import { type AclEntry, recordOf } from '@countersign/access';
import { spec } from '@countersign/event-sourcing/testing';
import { describe, it } from 'vitest';
import {
  agent,
  created,
  entry,
  granter,
  LATER,
  LATEST,
  listOf,
  NOON,
  RESOURCE,
  UNSEALED,
  wanted,
} from '../testing/lists.ts';
import type { AccessCommand, Delegate, Wanted } from './commands.ts';
import { access } from './decide.ts';
import type { AccessEvent } from './events.ts';

const at = NOON;
const personal = UNSEALED;
const by = (id: string) => ({ kind: 'agent', id }) as const;

const grant = (from: string, what: Wanted): AccessCommand => ({
  kind: 'grant',
  by: granter(from),
  wanted: what,
  at,
  personal,
});
const granted = (from: string, given: AclEntry): AccessEvent => ({
  type: 'acl-granted.v1',
  data: { resource: RESOURCE, entry: recordOf(given), by: by(from) },
  personal,
});
const revoke = (from: string, entryId: string): AccessCommand => ({
  kind: 'revoke',
  by: granter(from),
  entryId,
  at,
  personal,
});
const ended = (...entries: AclEntry[]) =>
  entries.map(({ id, principal, level }) => ({ id, principal, level }));
const revoked = (from: string, ...entries: AclEntry[]): AccessEvent => ({
  type: 'acl-revoked.v1',
  data: { resource: RESOURCE, ended: ended(...entries), by: by(from) },
  personal,
});
const delegate = (from: string, to: string, given: Partial<Delegate['wanted']> = {}): AccessCommand => ({
  kind: 'delegate',
  by: granter(from),
  id: `${from}-${to}`,
  wanted: { to: agent(to), level: 'read', ...given },
  at,
  personal,
});
const replace = (from: string, ...entries: Wanted[]): AccessCommand => ({
  kind: 'replace',
  by: granter(from),
  terms: { defaultPolicy: 'closed', defaultLevel: 'read' },
  wanted: entries,
  at,
  personal,
});
const replaced = (from: string, all: AclEntry[], added: AclEntry[], gone: AclEntry[]): AccessEvent => ({
  type: 'acl-replaced.v1',
  data: {
    resource: RESOURCE,
    default_policy: 'closed',
    default_level: 'read',
    entries: all.map(recordOf),
    added: added.map(({ id }) => id),
    ended: ended(...gone),
    by: by(from),
  },
  personal,
});

const admin = entry('chief', { level: 'admin' });
const guest = entry('guest', { level: 'admin', expiresAt: LATER });
const lead = entry('lead', { level: 'write', delegable: { maxDepth: 2 }, expiresAt: LATEST });
const handedOn = (from: AclEntry, to: string, given: Partial<AclEntry> = {}) =>
  entry(`${from.principal.id}-${to}`, {
    principal: agent(to),
    parent: from.id,
    grantedBy: from.principal,
    expiresAt: from.expiresAt,
    ...given,
  });

describe('a list', () => {
  it('begins once', () => {
    const command: AccessCommand = { kind: 'create', list: listOf([lead]), by: by('creator'), personal };
    spec(access)
      .given()
      .when(command)
      .then(created([lead]));
    spec(access).given(created()).when(command).thenNothing();
  });

  it('that nobody has begun has nothing to grant', () => {
    spec(access)
      .given()
      .when(grant('creator', wanted('worker')))
      .thenRejected('not_found');
  });
});

describe('what names somebody who was removed', () => {
  const worker = entry('worker', { level: 'write', delegable: { maxDepth: 1 } });
  const gone = (id: string, creator = false) =>
    granter(id, { gone: { entries: new Set(['worker']), creator } });

  it('can be handed on by nobody, for all that the list says', () => {
    const command = delegate('worker', 'helper');
    spec(access)
      .given(created([worker]))
      .when(command)
      .thenTypes('acl-granted.v1');
    spec(access)
      .given(created([worker]))
      .when({ ...command, by: gone('worker') } as AccessCommand)
      .thenRejected('forbidden');
  });

  it('is in the way of no new grant, and no list has it that is set anew', () => {
    const given = entry('again', { principal: agent('worker') });
    spec(access)
      .given(created([worker]))
      .when({
        ...grant('creator', wanted('again', { principal: agent('worker') })),
        by: gone('creator'),
      } as AccessCommand)
      .then(granted('creator', given));
    spec(access)
      .given(created([worker]))
      .when({ ...replace('creator'), by: gone('creator') } as AccessCommand)
      .thenNothing();
  });

  it('may be the right of who made the list', () => {
    spec(access)
      .given(created([worker]))
      .when({ ...grant('creator', wanted('helper')), by: gone('creator', true) } as AccessCommand)
      .thenRejected('forbidden');
  });
});

describe('a grant', () => {
  it.each(['creator', 'chief'])('is given by who administers: %s', (from) => {
    const given = entry('worker', { level: 'write', grantedBy: agent(from) });
    spec(access)
      .given(created([admin]))
      .when(grant(from, wanted('worker', { level: 'write' })))
      .then(granted(from, given));
  });

  it.each(['lead', 'stranger', 'worker'])('is not given by %s', (from) => {
    spec(access)
      .given(created([admin, lead]))
      .when(grant(from, wanted('worker')))
      .thenRejected('forbidden');
  });

  it('is given by who administers everything by a role', () => {
    const command = { ...grant('boss', wanted('worker')), by: granter('boss', { administersAll: true }) };
    spec(access)
      .given(created())
      .when(command as AccessCommand)
      .thenTypes('acl-granted.v1');
  });

  it('is one for each principal, until that has run out', () => {
    const present = entry('worker', { expiresAt: LATER });
    spec(access)
      .given(created([present]))
      .when(grant('creator', wanted('worker')))
      .thenRejected('already_exists');
    const again = { ...grant('creator', wanted('again', { principal: agent('worker') })), at: LATER };
    spec(access)
      .given(created([present]))
      .when(again as AccessCommand)
      .thenTypes('acl-granted.v1');
  });

  it('does not begin when it is over', () => {
    spec(access)
      .given(created())
      .when(grant('creator', wanted('worker', { expiresAt: NOON })))
      .thenRejected('invalid_request');
  });

  it('lasts no longer than the right of who gives it', () => {
    const given = entry('worker', { grantedBy: agent('guest'), expiresAt: LATER });
    spec(access)
      .given(created([guest]))
      .when(grant('guest', wanted('worker')))
      .then(granted('guest', given));
    spec(access)
      .given(created([guest]))
      .when(grant('guest', wanted('worker', { expiresAt: LATEST })))
      .thenRejected('forbidden');
  });
});

describe('a delegation', () => {
  it('is at most what is held, for as long, and once less', () => {
    spec(access)
      .given(created([lead]))
      .when(delegate('lead', 'worker', { level: 'write' }))
      .then(granted('lead', handedOn(lead, 'worker', { level: 'write', delegable: { maxDepth: 1 } })));
  });

  it.each([
    ['of more than is held', 'lead', { level: 'admin' }, 'forbidden'],
    ['more often than is held', 'lead', { maxDepth: 2 }, 'forbidden'],
    ['any number of times', 'lead', { maxDepth: null }, 'forbidden'],
    ['for longer than is held', 'lead', { expiresAt: '2026-11-21T14:00:00.001Z' }, 'forbidden'],
    ['that is over', 'lead', { expiresAt: NOON }, 'invalid_request'],
    ['by an administrator who may not delegate', 'chief', {}, 'forbidden'],
    ['by who holds nothing', 'stranger', {}, 'forbidden'],
  ] as const)('%s is refused', (_, from, given, code) => {
    spec(access)
      .given(created([admin, lead]))
      .when(delegate(from, 'worker', given))
      .thenRejected(code);
  });

  it('ends where the depth does', () => {
    const first = handedOn(lead, 'first', { delegable: { maxDepth: 1 } });
    const second = handedOn(first, 'second');
    spec(access)
      .given(created([lead, first]))
      .when(delegate('first', 'second'))
      .then(granted('first', second));
    spec(access)
      .given(created([lead, first, second]))
      .when(delegate('second', 'third'))
      .thenRejected('forbidden');
  });

  it('goes to nobody but whom the entry names and with no more than it says, and no further from there', () => {
    const limits = { to: ['first', 'second'], level: 'read' } as const;
    const picky = entry('lead', { level: 'write', delegable: { maxDepth: 2, ...limits } });
    const first = handedOn(picky, 'first', { delegable: { maxDepth: 1, ...limits } });
    const second = handedOn(first, 'second');
    spec(access)
      .given(created([picky]))
      .when(delegate('lead', 'first'))
      .then(granted('lead', first));
    spec(access)
      .given(created([picky, first]))
      .when(delegate('first', 'second'))
      .then(granted('first', second));
    for (const [from, to, level] of [
      ['lead', 'worker', 'read'],
      ['lead', 'first', 'write'],
      ['first', 'worker', 'read'],
      ['first', 'second', 'write'],
    ] as const)
      spec(access)
        .given(created([picky, first]))
        .when(delegate(from, to, { level }))
        .thenRejected('forbidden');
    const person = {
      ...delegate('lead', 'first'),
      wanted: { to: { kind: 'user', id: 'first' }, level: 'read' },
    };
    spec(access)
      .given(created([picky]))
      .when(person as AccessCommand)
      .thenRejected('forbidden');
  });

  it('of either of two rights serves where one of them lets it', () => {
    const narrow = entry('lead', { delegable: { maxDepth: 1, to: ['first'] } });
    const wide = entry('wide', { principal: agent('lead'), level: 'write', delegable: { maxDepth: 1 } });
    spec(access)
      .given(created([narrow, wide]))
      .when(delegate('lead', 'worker', { level: 'write' }))
      .then(granted('lead', handedOn({ ...wide, principal: agent('lead') }, 'worker', { level: 'write' })));
  });

  it('is refused of what one has as a member of a group', () => {
    const group = entry('team', { principal: { kind: 'group', id: 'team' }, delegable: { maxDepth: null } });
    const command = { ...delegate('member', 'worker'), by: granter('member', { groups: ['team'] }) };
    spec(access)
      .given(created([group]))
      .when(command as AccessCommand)
      .thenRejected('forbidden');
  });

  it('is made by the creator without an entry', () => {
    const given = entry('creator-worker', { principal: agent('worker'), delegable: { maxDepth: 3 } });
    spec(access)
      .given(created())
      .when(delegate('creator', 'worker', { maxDepth: 3 }))
      .then(granted('creator', given));
  });

  it('is made once to each, and never to oneself', () => {
    const first = handedOn(lead, 'worker');
    spec(access)
      .given(created([lead, first]))
      .when(delegate('lead', 'worker'))
      .thenRejected('already_exists');
    spec(access)
      .given(created([lead]))
      .when(delegate('lead', 'lead'))
      .thenRejected('invalid_request');
  });
});

describe('a revocation', () => {
  const first = handedOn(lead, 'first', { delegable: { maxDepth: 1 } });
  const second = handedOn(first, 'second');
  const all = created([lead, first, second, admin]);

  it('takes everything with it that was delegated', () => {
    spec(access)
      .given(all)
      .when(revoke('creator', 'lead'))
      .then(revoked('creator', lead, first, second));
  });

  it.each([
    ['who delegated it', 'lead'],
    ['who holds it', 'first'],
    ['an administrator', 'chief'],
  ])('is made by %s', (_, from) => {
    spec(access)
      .given(all)
      .when(revoke(from, first.id))
      .then(revoked(from, first, second));
  });

  it('is made by nobody else', () => {
    for (const from of ['second', 'stranger'])
      spec(access).given(all).when(revoke(from, first.id)).thenRejected('forbidden');
    spec(access).given(all).when(revoke('lead', admin.id)).thenRejected('forbidden');
    spec(access).given(all).when(revoke('creator', 'unknown')).thenRejected('not_found');
  });
});

describe('a list that is replaced', () => {
  const worker = entry('worker', { level: 'write' });
  const first = handedOn(lead, 'first');

  it('keeps what is the same, with what was delegated from it where that is listed', () => {
    const other = entry('other', { grantedBy: agent('creator') });
    const same = wanted('new', { principal: agent('lead'), level: 'write', delegable: { maxDepth: 2 } });
    const sameLead = { ...same, expiresAt: LATEST };
    const sameFirst = wanted('new-first', { principal: agent('first'), expiresAt: LATEST });
    spec(access)
      .given(created([lead, first, worker]))
      .when(replace('creator', sameLead, sameFirst, wanted('other')))
      .then(replaced('creator', [lead, first, other], [other], [worker]));
  });

  it('has another entry where whom it may be delegated to, or how much, is different', () => {
    const present = entry('worker', { delegable: { maxDepth: 1, to: ['a', 'b'], level: 'read' } });
    const again = (delegable: Wanted['delegable']) =>
      replace('creator', wanted('new', { principal: agent('worker'), delegable }));
    spec(access)
      .given(created([present]))
      .when(again({ maxDepth: 1, to: ['b', 'a'], level: 'read' }))
      .thenNothing();
    for (const other of [
      { maxDepth: 1, to: ['a'], level: 'read' },
      { maxDepth: 1, to: ['a', 'b'] },
      { maxDepth: 1, level: 'read' },
      null,
    ] as const)
      spec(access)
        .given(created([present]))
        .when(again(other))
        .thenTypes('acl-replaced.v1');
  });

  it('names no more agents to delegate to than fit into an event', () => {
    const to = Array.from({ length: 100 }, (_, n) => `agent-${n}`);
    const many = Array.from({ length: 20 }, (_, n) => entry(`e${n}`, { delegable: { maxDepth: 1, to } }));
    const one = wanted('worker', { delegable: { maxDepth: 1, to: ['a'] } });
    const command = grant('creator', one);
    spec(access).given(created(many)).when(command).thenRejected('invalid_request');
    spec(access)
      .given(created(many.slice(1)))
      .when(command)
      .thenTypes('acl-granted.v1');
  });

  it('ends what was delegated from an entry that is gone', () => {
    spec(access)
      .given(created([lead, first]))
      .when(replace('creator'))
      .then(replaced('creator', [], [], [lead, first]));
  });

  it('is no event where nothing is different', () => {
    spec(access)
      .given(created([worker]))
      .when(replace('creator', wanted('new', { principal: agent('worker'), level: 'write' })))
      .thenNothing();
  });

  it('names nobody twice, and is not replaced by who does not administer', () => {
    const twice = [wanted('a', { principal: agent('worker') }), wanted('b', { principal: agent('worker') })];
    spec(access)
      .given(created())
      .when(replace('creator', ...twice))
      .thenRejected('invalid_request');
    spec(access)
      .given(created([lead]))
      .when(replace('lead', wanted('worker')))
      .thenRejected('forbidden');
  });

  it('does not give a guest more time', () => {
    spec(access)
      .given(created([guest]))
      .when(replace('guest', wanted('new', { principal: agent('guest'), level: 'admin', expiresAt: LATEST })))
      .thenRejected('forbidden');
  });
});

describe('what runs out', () => {
  it('is recorded with everything delegated from it, and once', () => {
    const first = handedOn(lead, 'first', { expiresAt: LATER });
    const expire = (when: string): AccessCommand => ({ kind: 'expire', at: when });
    spec(access)
      .given(created([lead, first]))
      .when(expire(NOON))
      .thenNothing();
    const system = { kind: 'system', id: 'countersign' } as const;
    const over = (...gone: AclEntry[]): AccessEvent => ({
      type: 'acl-expired.v1',
      data: { resource: RESOURCE, ended: ended(...gone), by: system },
    });
    spec(access)
      .given(created([lead, first]))
      .when(expire(LATER))
      .then(over(first));
    spec(access)
      .given(created([lead, first]))
      .when(expire(LATEST))
      .then(over(lead, first));
  });
});

describe('what was decided elsewhere', () => {
  it('is added once', () => {
    const given = entry('worker', { level: 'write' });
    const award: AccessCommand = { kind: 'award', by: by('chief'), entry: given, personal };
    spec(access).given(created()).when(award).then(granted('chief', given));
    spec(access)
      .given(created([given]))
      .when(award)
      .thenNothing();
  });
});
