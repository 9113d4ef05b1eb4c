import type { AclEntry } from '@countersign/access';
import { spec } from '@countersign/event-sourcing/testing';
import { describe, it } from 'vitest';
import {
  admin,
  by,
  ended,
  grant,
  granted,
  guest,
  handedOn,
  lead,
  personal,
  replace,
  replaced,
  revoke,
  revoked,
} from '../testing/list-acts.ts';
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
  wanted,
} from '../testing/lists.ts';
import type { AccessCommand, Wanted } from './commands.ts';
import { access } from './decide.ts';
import type { AccessEvent } from './events.ts';

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

  it('lasts no longer where who gives it for a time has the same by delegation for good', () => {
    const given = entry('worker', { grantedBy: agent('guest'), expiresAt: LATER });
    const list = spec(access).given(created([admin, guest, handedOn(admin, 'guest', { level: 'admin' })]));
    list.when(grant('guest', wanted('worker'))).then(granted('guest', given));
    list.when(grant('guest', wanted('worker', { expiresAt: LATEST }))).thenRejected('forbidden');
  });
});

describe('a revocation', () => {
  const first = handedOn(lead, 'first', { delegable: { maxDepth: 1 } });
  const second = handedOn(first, 'second');
  const all = created([lead, first, second, admin]);

  it('O-DEL-4: takes everything with it that was delegated', () => {
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

  it('is opened to everybody by nobody whose own right ends, or was delegated', () => {
    const deputy = handedOn(admin, 'deputy', { principal: agent('deputy'), level: 'admin' });
    const everybody = { terms: { defaultPolicy: 'open', defaultLevel: 'write' } } as const;
    const opened = (from: string) => ({ ...replace(from), ...everybody }) as AccessCommand;
    const list = spec(access).given(created([admin, guest, deputy]));
    list.when(opened('chief')).thenTypes('acl-replaced.v1');
    for (const from of ['guest', 'deputy']) list.when(opened(from)).thenRejected('forbidden');
    spec(access)
      .given(created([admin, guest, handedOn(admin, 'guest', { level: 'admin' })]))
      .when(opened('guest'))
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
  const given = entry('worker', { level: 'write', expiresAt: LATER });
  const award: AccessCommand = { kind: 'award', by: by('chief'), entry: given, personal };
  const system = { kind: 'system', id: 'countersign' } as const;

  it('is added once', () => {
    spec(access).given(created()).when(award).then(granted('chief', given));
    spec(access).given(created(), granted('chief', given)).when(award).thenNothing();
  });

  it.each<[string, AccessEvent]>([
    ['revoked', revoked('creator', given)],
    ['replaced', replaced('creator', [], [], [given])],
    ['expired', { type: 'acl-expired.v1', data: { resource: RESOURCE, ended: ended(given), by: system } }],
  ])('is not added again when it was %s and is told again', (_, end) => {
    const other = entry('other');
    spec(access)
      .given(created(), granted('chief', given), granted('chief', other), end)
      .when(award)
      .thenNothing();
  });

  it('is not added when that which it was given of has ended in the meantime', () => {
    const handed = entry('worker', { parent: 'chief' });
    const ofTheirs: AccessCommand = { ...award, entry: handed } as AccessCommand;
    spec(access).given(created()).when(ofTheirs).thenRejected('forbidden');
    spec(access)
      .given(created([admin]))
      .when(ofTheirs)
      .then(granted('chief', handed));
  });
});
