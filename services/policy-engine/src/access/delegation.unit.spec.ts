import { spec } from '@countersign/event-sourcing/testing';
import { describe, it } from 'vitest';
import {
  admin,
  delegate,
  grant,
  granted,
  handedOn,
  lead,
  replace,
  revoke,
  revoked,
} from '../testing/list-acts.ts';
import { agent, created, entry, granter, LATER, LATEST, NOON, wanted } from '../testing/lists.ts';
import type { AccessCommand } from './commands.ts';
import { access } from './decide.ts';

describe('a delegation', () => {
  it('O-DEL-2: is at most what is held, for as long, and once less', () => {
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
  ] as const)('O-DEL-2: %s is refused', (_, from, given, code) => {
    spec(access)
      .given(created([admin, lead]))
      .when(delegate(from, 'worker', given))
      .thenRejected(code);
  });

  it('O-DEL-3: ends where the depth does', () => {
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

  it('O-DEL-2: goes to nobody but whom the entry names and with no more than it says, and no further from there', () => {
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

const GROUP = { kind: 'group', id: 'deputies' } as const;

describe.each([
  ['to them', agent('deputy'), []],
  ['to a group of theirs', GROUP, ['deputies']],
])('an administrator by what was delegated %s', (_, principal, groups) => {
  const root = entry('lead', { level: 'admin', delegable: { maxDepth: 2 } });
  const deputy = entry('deputy', {
    ...{ principal, level: 'admin', delegable: { maxDepth: 1 } },
    ...{ parent: 'lead', grantedBy: agent('lead'), expiresAt: LATER },
  });
  const child = entry('worker', { parent: 'deputy', grantedBy: agent('deputy'), expiresAt: LATER });
  const list = spec(access).given(created([root, deputy]));
  const as = (command: AccessCommand) => ({ ...command, by: granter('deputy', { groups }) }) as AccessCommand;

  it('grants what ends with their own right, and no later', () => {
    list.when(as(grant('deputy', wanted('worker')))).then(granted('deputy', child));
    list.when(as(grant('deputy', wanted('worker', { expiresAt: LATEST })))).thenRejected('forbidden');
    spec(access)
      .given(created([root, deputy]), granted('deputy', child))
      .when(revoke('lead', 'deputy'))
      .then(revoked('lead', deputy, child));
  });

  it('grants the right to hand on to nobody more than both they and the grant name', () => {
    const from = { ...deputy, delegable: { maxDepth: 2, to: ['a', 'worker'] } };
    const delegable = { maxDepth: 1, to: ['a', 'b'], level: 'read' } as const;
    spec(access)
      .given(created([root, from]))
      .when(as(grant('deputy', wanted('worker', { delegable }))))
      .then(granted('deputy', { ...child, delegable: { ...delegable, to: ['a'] } }));
    spec(access)
      .given(created([root, from]))
      .when(as(grant('deputy', wanted('stranger'))))
      .thenRejected('forbidden');
  });

  it('grants no more than the level that may be handed on', () => {
    const from = { ...deputy, delegable: { maxDepth: 1, level: 'read' as const } };
    const givenBy = spec(access).given(created([root, from]));
    givenBy.when(as(grant('deputy', wanted('worker', { level: 'write' })))).thenRejected('forbidden');
    givenBy.when(as(grant('deputy', wanted('worker')))).then(granted('deputy', child));
  });

  it('grants nothing deeper than they may delegate, in no way', () => {
    const deeper = wanted('worker', { delegable: { maxDepth: null } });
    list.when(as(grant('deputy', deeper))).thenRejected('forbidden');
    list.when(as(replace('deputy', deeper))).thenRejected('forbidden');
    const last = { ...deputy, delegable: null };
    spec(access)
      .given(created([root, last]))
      .when(as(grant('deputy', wanted('worker'))))
      .thenRejected('forbidden');
  });

  it('opens nothing to everybody', () => {
    const { id: _, ...same } = { ...root, expiresAt: undefined };
    const opening = {
      ...replace('deputy', { ...same, id: 'again' }),
      terms: { defaultPolicy: 'open', defaultLevel: 'read' },
    };
    list.when(as(opening as AccessCommand)).thenRejected('forbidden');
  });

  it('hands on nothing of a group by delegating: who is in it may leave it', () => {
    const decided = list.when(as(delegate('deputy', 'worker')));
    if (groups.length > 0) decided.thenRejected('forbidden');
    else decided.thenTypes('acl-granted.v1');
  });
});

describe('an administrator by what was delegated in the list of the namespace', () => {
  const fallback = { level: 'admin', until: null, delegated: true } as const;
  const list = spec(access).given(created([], { defaultPolicy: null }));
  const as = (command: AccessCommand) =>
    ({ ...command, by: granter('deputy', { fallback }) }) as AccessCommand;

  it('gives nothing here, where it would not end with theirs, and opens nothing', () => {
    list.when(as(grant('deputy', wanted('worker')))).thenRejected('forbidden');
    list.when(as(replace('deputy', wanted('worker')))).thenRejected('forbidden');
    const opening = { ...replace('deputy'), terms: { defaultPolicy: 'open', defaultLevel: 'read' } };
    list.when(as(opening as AccessCommand)).thenRejected('forbidden');
  });

  it('still ends what others have', () => {
    spec(access)
      .given(created([entry('worker')], { defaultPolicy: null }))
      .when(as(revoke('deputy', 'worker')))
      .then(revoked('deputy', entry('worker')));
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
