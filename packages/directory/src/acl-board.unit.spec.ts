import { type AclEntry, type AclState, recordOf } from '@countersign/access';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAccessRights } from './access-rights.ts';
import { createAclBoard } from './acl-board.ts';
import { createDirectory } from './directory.ts';
import { createLedger, timeAt } from './testing/messages.ts';

const CREATOR = { kind: 'agent', id: 'creator' } as const;
const RESOURCE = { kind: 'intent', id: 'one' } as const;

function entry(id: string, given: Partial<AclEntry> = {}): AclEntry {
  return {
    id,
    principal: { kind: 'agent', id },
    level: 'write',
    delegable: null,
    parent: null,
    grantedBy: CREATOR,
    grantedAt: timeAt(0),
    expiresAt: null,
    ...given,
  };
}

/** The events of access lists, by what they say. */
function createLists() {
  const { next } = createLedger();
  const subjectOf = ({ kind, id }: AclState['resource']) => `access-acme:${kind}:${id}`;
  const ended = (entries: AclEntry[]) =>
    entries.map(({ id, principal, level }) => ({ id, principal, level }));
  return {
    removed: ({ kind, id }: AclEntry['principal'], of = 'acme') =>
      next(`${kind}.removed`, `${kind}-${of}:${id}`, { [`${kind}_id`]: id, by: CREATOR }, of),
    created: (given: Partial<AclState> = {}) => {
      const { resource = RESOURCE, namespace = null, defaultPolicy = 'closed', entries = [] } = given;
      const { creator = CREATOR } = given;
      return next('acl.created', subjectOf(resource), {
        resource,
        namespace,
        creator,
        default_policy: defaultPolicy,
        default_level: 'write',
        entries: entries.map(recordOf),
        by: CREATOR,
      } as never);
    },
    granted: (one: AclEntry) =>
      next('acl.granted', subjectOf(RESOURCE), {
        resource: RESOURCE,
        entry: recordOf(one),
        by: CREATOR,
      } as never),
    ended: (type: 'acl.revoked' | 'acl.expired', ...gone: AclEntry[]) =>
      next(type, subjectOf(RESOURCE), { resource: RESOURCE, ended: ended(gone), by: CREATOR } as never),
    replaced: (defaultPolicy: AclState['defaultPolicy'], ...entries: AclEntry[]) =>
      next('acl.replaced', subjectOf(RESOURCE), {
        resource: RESOURCE,
        default_policy: defaultPolicy,
        default_level: 'write',
        entries: entries.map(recordOf),
        added: [],
        ended: [],
        by: CREATOR,
      } as never),
  };
}

const ids = (acl: AclState | undefined) => acl?.entries.map(({ id }) => id);

describe('the board of access lists', () => {
  it('knows what is granted now, and each event counts once', () => {
    const [board, lists] = [createAclBoard(), createLists()];
    const events = [
      lists.created({ entries: [entry('a')] }),
      lists.granted(entry('b')),
      lists.ended('acl.revoked', entry('a')),
      lists.granted(entry('c')),
      lists.ended('acl.expired', entry('c')),
    ];
    for (const event of [...events, ...events]) board.apply(event);
    expect(ids(board.get('acme', RESOURCE))).toEqual(['b']);
    expect(board.get('acme', { kind: 'namespace', id: 'one' })).toBeUndefined();
    expect(board.get('globex', RESOURCE)).toBeUndefined();
  });

  it('knows the event that each entry came with', () => {
    const [board, lists] = [createAclBoard(), createLists()];
    for (const event of [
      lists.created({ entries: [entry('a')] }),
      lists.granted(entry('b')),
      lists.replaced('closed', entry('b'), entry('c')),
    ])
      board.apply(event);
    const subject = 'access-acme:intent:one';
    expect(board.grantedIn('acme', RESOURCE, 'b')).toEqual({ subject, sequence: 2 });
    expect(board.grantedIn('acme', RESOURCE, 'c')).toEqual({ subject, sequence: 3 });
    expect(board.grantedIn('acme', RESOURCE, 'a')).toBeUndefined();
  });

  it('finds lists in which something has run out, the longest overdue first', () => {
    const [board, lists] = [createAclBoard(), createLists()];
    const other = { kind: 'namespace', id: 'other' } as const;
    const end = (second: number) => ({ expiresAt: timeAt(second) });
    board.apply(lists.created({ entries: [entry('a', end(30)), entry('b', end(20)), entry('c')] }));
    board.apply(lists.created({ resource: other, entries: [entry('d', end(10))] }));
    const due = (second: number, limit = 9) =>
      board.overdue(Date.parse(timeAt(second)), limit).map(({ resource }) => resource.id);
    expect(due(9)).toEqual([]);
    expect(due(10)).toEqual(['other']);
    expect(due(20)).toEqual(['other', 'one']);
    expect(due(20, 1)).toEqual(['other']);
    board.apply(lists.ended('acl.expired', entry('b')));
    expect(due(20)).toEqual(['other']);
    expect(due(30)).toEqual(['other', 'one']);
  });
});

describe('what names somebody who was removed', () => {
  const alice = { kind: 'user', id: 'alice' } as const;
  const team = { kind: 'group', id: 'team' } as const;
  const late = { grantedAt: timeAt(1_000) };

  it.each([alice, team])('counts for nobody, with what was delegated from it: $kind', (principal) => {
    const [board, lists] = [createAclBoard(), createLists()];
    const entries = [
      entry('hers', { principal, delegable: { maxDepth: null } }),
      entry('child', { parent: 'hers' }),
      entry('other'),
    ];
    board.apply(lists.created({ entries }));
    board.apply(lists.removed(principal, 'globex'));
    expect(ids(board.get('acme', RESOURCE))).toEqual(['hers', 'child', 'other']);
    const removed = lists.removed(principal);
    board.apply(removed);
    board.apply(lists.granted(entry('anew', { principal, ...late })));
    expect(ids(board.get('acme', RESOURCE))).toEqual(['other', 'anew']);
    expect(board.gone('acme', RESOURCE)).toEqual({ entries: new Set(['hers']), creator: false });
    expect(board.last('acme', RESOURCE).map(({ type }) => type)).toEqual(['acl.granted', removed.type]);
  });

  it('is not in a list into which it is put late: what was granted before is as old as its grant', () => {
    const [board, lists] = [createAclBoard(), createLists()];
    board.apply(lists.created());
    board.apply(lists.removed(alice));
    board.apply(lists.granted(entry('awarded', { principal: alice, grantedAt: timeAt(1) })));
    expect(ids(board.get('acme', RESOURCE))).toEqual([]);
  });

  it('may be the right of who made it', () => {
    const [board, lists] = [createAclBoard(), createLists()];
    board.apply(lists.created({ creator: alice }));
    const rights = createAccessRights(board, createDirectory());
    expect(rights.levelOn('acme', RESOURCE, alice, 0)).toBe('admin');
    board.apply(lists.removed(alice));
    expect(rights.levelOn('acme', RESOURCE, alice, 0)).toBeNull();
  });

  it('is the same whatever the order in which lists and removals are told', () => {
    const step = fc.oneof(
      fc.record({ grant: fc.constantFrom<AclEntry['principal']>(alice, team, CREATOR) }),
      fc.record({ remove: fc.constantFrom<AclEntry['principal']>(alice, team) }),
    );
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 12 }),
        fc.array(fc.nat(), { maxLength: 12 }),
        (steps, places) => {
          const lists = createLists();
          let counted: AclEntry[] = [];
          const told = [lists.created()];
          const removals: typeof told = [];
          for (const [at, one] of steps.entries())
            if ('grant' in one) {
              const given = entry(`e-${at}`, { principal: one.grant, ...late });
              counted.push(given);
              told.push(lists.granted({ ...given, grantedAt: timeAt(at + 2) }));
            } else {
              counted = counted.filter(({ principal }) => principal !== one.remove);
              removals.push(lists.removed(one.remove));
            }
          for (const [at, removal] of removals.entries())
            told.splice((places[at] ?? 0) % (told.length + 1), 0, removal);
          const board = createAclBoard();
          for (const message of told) board.apply(message);
          expect(ids(board.get('acme', RESOURCE))).toEqual(counted.map(({ id }) => id));
        },
      ),
    );
  });
});

describe('rights on a work intent', () => {
  const worker = { kind: 'agent', id: 'worker' } as const;
  const [board, lists] = [createAclBoard(), createLists()];
  const space = { kind: 'namespace', id: 'space' } as const;
  board.apply(
    lists.created({ resource: space, entries: [entry('worker', { level: 'read' })], defaultPolicy: null }),
  );
  board.apply(lists.created({ namespace: 'space', defaultPolicy: null }));
  board.apply(lists.created({ resource: { kind: 'intent', id: 'shut' }, namespace: 'space' }));
  const directory = createDirectory();
  const { next } = createLedger();
  const trusted = { agent_id: 'trusted', default_permission: 'admin', approval_required: false };
  for (const type of ['agent.registered', 'agent.access_set'])
    directory.apply(next(type, 'agent-acme:trusted', trusted));
  const rights = createAccessRights(board, directory);
  const levelOn = (id: string, principal: AclEntry['principal'] = worker) =>
    rights.levelOn('acme', { kind: 'intent', id }, principal, 0);

  it('are those of its namespace where its own list leaves them open', () => {
    expect(levelOn('one')).toBe('read');
    expect(levelOn('shut')).toBeNull();
  });

  it('are those that an agent has by itself where nothing speaks of it', () => {
    expect(levelOn('one', { kind: 'agent', id: 'trusted' })).toBe('admin');
    expect(levelOn('one', { kind: 'agent', id: 'stranger' })).toBeNull();
    expect(levelOn('shut', { kind: 'agent', id: 'trusted' })).toBeNull();
  });

  it('are unknown where there is no such thing', () => {
    expect(levelOn('none')).toBeUndefined();
  });
});

describe('whom lists name', () => {
  const ann = { kind: 'user', id: 'ann' } as const;
  const bot = { kind: 'agent', id: 'bot' } as const;

  it('is who made one or has an entry that has not ended, and who was not removed since', () => {
    const lists = createLists();
    const board = createAclBoard();
    const names = () => [CREATOR, bot, ann].map((one) => board.names('acme', one));
    expect(names()).toEqual([false, false, false]);
    const entries = [entry('of-bot', { principal: bot }), entry('of-ann', { principal: ann })];
    board.apply(lists.created({ entries }));
    expect(names()).toEqual([true, true, true]);
    expect(board.names('acme', { kind: 'user', id: 'bot' })).toBe(false);
    expect(board.names('globex', bot)).toBe(false);
    board.apply(lists.removed(ann));
    expect(names()).toEqual([true, true, false]);
    expect(board.removal('acme', ann)?.type).toBe('user.removed');
    board.apply(lists.ended('acl.revoked', entry('of-bot', { principal: bot })));
    expect(names()).toEqual([true, false, false]);
  });

  it('is the same whatever the lists went through', () => {
    const PEOPLE = ['a', 'b', 'c'];
    const step = fc.oneof(
      fc.record({ kind: fc.constant('grant' as const), who: fc.constantFrom(...PEOPLE) }),
      fc.record({ kind: fc.constant('replace' as const), left: fc.subarray(PEOPLE) }),
      fc.record({ kind: fc.constant('revoke' as const), pick: fc.nat() }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const lists = createLists();
        const board = createAclBoard();
        board.apply(lists.created());
        for (const [n, one] of steps.entries()) {
          const { entries } = board.get('acme', RESOURCE) as AclState;
          const granted = (who: string) => entry(`${who}-${n}`, { principal: { kind: 'agent', id: who } });
          if (one.kind === 'grant') board.apply(lists.granted(granted(one.who)));
          if (one.kind === 'replace') board.apply(lists.replaced('closed', ...one.left.map(granted)));
          const revoked = one.kind === 'revoke' && entries[one.pick % Math.max(1, entries.length)];
          if (revoked) board.apply(lists.ended('acl.revoked', revoked));
          const left = board.get('acme', RESOURCE)?.entries ?? [];
          for (const id of PEOPLE)
            expect(board.names('acme', { kind: 'agent', id })).toBe(
              left.some(({ principal }) => principal.id === id),
            );
        }
      }),
    );
  });
});
