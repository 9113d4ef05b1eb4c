import { type AclEntry, type AclState, LEVELS, type Level, recordOf } from '@countersign/access';
import { fold, isRejection } from '@countersign/event-sourcing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agent, created, entry, granter, UNSEALED } from '../testing/lists.ts';
import type { AccessCommand, ListGranter } from './commands.ts';
import { access } from './decide.ts';

/** Who has no administration, by any way: entries, groups and defaults below it. */
const PEOPLE = ['a', 'b', 'c', 'd'];
const START = Date.parse('2026-11-21T12:00:00.000Z');
/** Moments at which rights are compared: between them nothing begins or ends. */
const MOMENTS = Array.from({ length: 12 }, (_, hour) => START + hour * 3_600_000);
const isoOf = (atMs: number) => new Date(atMs).toISOString();
const timeOf = (hour: number) => isoOf(START + hour * 3_600_000);

const byCreator = { by: granter('creator'), at: timeOf(0), personal: UNSEALED };

const person = fc.constantFrom(...PEOPLE);
const end = fc.option(fc.integer({ min: 1, max: 11 }).map(timeOf));
const delegable = fc.option(
  fc.record(
    {
      maxDepth: fc.option(fc.integer({ min: 1, max: 3 })),
      to: fc.subarray(PEOPLE, { minLength: 1 }),
      level: fc.constantFrom<Level>('read', 'write'),
    },
    { requiredKeys: ['maxDepth'] },
  ),
);
const level = fc.constantFrom('read', 'write', 'admin');
const lower = fc.constantFrom('read', 'write');

const entries = fc
  .uniqueArray(fc.record({ person, level: lower, delegable, expiresAt: end }), {
    selector: (one) => one.person,
    maxLength: PEOPLE.length,
  })
  .map((drafts) => drafts.map((draft) => entry(draft.person, draft as Partial<AclEntry>)));

type Draft = { from: string; to: string; level: 'read' | 'write' | 'admin'; hour: number };
const draft = { from: person, to: person, level, hour: fc.integer({ min: 0, max: 10 }), expiresAt: end };
const depth = fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined });
const action = fc.oneof(
  fc.record({ ...draft, kind: fc.constant('delegate'), depth }),
  fc.record({ ...draft, kind: fc.constantFrom('grant', 'revoke', 'replace'), depth }),
);

/** What each holds at each moment, by trying every entry, its parents and their ends. */
function rightsOf(list: Pick<AclState, 'entries'>, whom: readonly string[]): number[] {
  const byId = new Map(list.entries.map((one) => [one.id, one]));
  const holds = (one: AclEntry, at: number): boolean =>
    (one.expiresAt === null || Date.parse(one.expiresAt) > at) &&
    (one.parent === null || (byId.has(one.parent) && holds(byId.get(one.parent) as AclEntry, at)));
  return MOMENTS.flatMap((at) =>
    whom.map((id) => {
      const held = list.entries.filter((one) => one.principal.id === id && holds(one, at));
      return Math.max(-1, ...held.map((one) => LEVELS.indexOf(one.level)));
    }),
  );
}

const mostOf = (list: Pick<AclState, 'entries'>) =>
  MOMENTS.map((_, hour) =>
    Math.max(...rightsOf(list, PEOPLE).slice(hour * PEOPLE.length, (hour + 1) * PEOPLE.length)),
  );

function commandOf(
  one: Draft & { kind: string; depth?: number | null | undefined; expiresAt: string | null },
  n: number,
  list: AclState,
  by: ListGranter,
): AccessCommand {
  const at = timeOf(one.hour);
  const common = { by, at, personal: UNSEALED };
  const given = {
    id: `new-${n}`,
    principal: agent(one.to),
    level: one.level,
    delegable: { maxDepth: null },
    expiresAt: one.expiresAt,
  };
  switch (one.kind) {
    case 'grant':
      return { kind: 'grant', wanted: given, ...common };
    case 'revoke':
      return {
        kind: 'revoke',
        entryId: list.entries[n % Math.max(1, list.entries.length)]?.id ?? '',
        ...common,
      };
    case 'replace':
      return {
        kind: 'replace',
        terms: { defaultPolicy: 'open', defaultLevel: 'admin' },
        wanted: [given],
        ...common,
      };
    default: {
      const wanted = { to: agent(one.to), level: one.level, maxDepth: one.depth, expiresAt: one.expiresAt };
      return { kind: 'delegate', id: given.id, wanted, ...common };
    }
  }
}

type Action = Parameters<typeof commandOf>[0];

/** The list after each accepted command, with who gave it. */
function* played(
  first: readonly AclEntry[],
  actions: readonly Action[],
  granterFor = (one: Action) => granter(one.from),
  given: Partial<AclState> = {},
) {
  let state = fold(access, [created(first, given)]);
  let n = 0;
  for (const one of actions) {
    n += 1;
    const before = state.acl as AclState;
    const decided = access.decide(commandOf(one, n, before, granterFor(one)), state);
    if (isRejection(decided)) continue;
    state = fold(access, decided, state);
    yield { by: one.from, before, after: state.acl as AclState, state };
  }
}

/** Approvals that are told, in whatever order and however often, among what else happens to the list. */
const APPROVED = PEOPLE.map((id, n): AccessCommand => {
  const ends = [null, null, timeOf(1), timeOf(2)];
  const given = entry(`asked-${id}`, {
    principal: agent(id),
    ...{ level: 'admin', expiresAt: ends[n] ?? null, parent: n === 0 ? 'lead' : null },
  });
  return { kind: 'award', by: { kind: 'agent', id: 'creator' }, entry: given, personal: UNSEALED };
});
const happening = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...APPROVED) },
  fc.integer({ min: 0, max: 5 }).map((hour): AccessCommand => ({ kind: 'expire', at: timeOf(hour) })),
  fc
    .constantFrom('lead', ...PEOPLE.map((id) => `asked-${id}`))
    .map((entryId): AccessCommand => ({ kind: 'revoke', entryId, ...byCreator })),
  fc.constant<AccessCommand>({
    kind: 'replace',
    terms: { defaultPolicy: 'closed', defaultLevel: 'read' },
    wanted: [],
    ...byCreator,
  }),
);

/** Whom everything may be handed on from, within limits, and who tries what with it. */
const limited = fc
  .record({ to: fc.subarray(PEOPLE, { minLength: 1 }), level: fc.option(lower, { nil: undefined }) })
  .map(({ to, level: most }) => [
    entry('a', { level: 'write', delegable: { maxDepth: null, to, level: most as Level | undefined } }),
  ]);
const handingsOn = fc.array(
  fc.record({ ...draft, hour: fc.constant(0), expiresAt: fc.constant(null), kind: fc.constant('delegate') }),
  { maxLength: 25 },
) as fc.Arbitrary<Action[]>;

/** How much may be handed on of an entry. */
const mostOnwards = ({ level, delegable }: AclEntry) =>
  Math.min(LEVELS.indexOf(level), LEVELS.indexOf(delegable?.level ?? level));

/** Every entry that one came from, the nearest first. */
function waysTo({ entries }: Pick<AclState, 'entries'>, one: AclEntry): readonly AclEntry[] {
  const from = entries.find(({ id }) => id === one.parent);
  return from ? [from, ...waysTo({ entries }, from)] : [];
}

const actions = fc.array(action, { maxLength: 25 }) as fc.Arbitrary<Action[]>;

describe('what was decided elsewhere', () => {
  it('is added at most once, however often it is told: what has ended stays ended', () => {
    let again = 0;
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 30 }), (sequence) => {
        let state = fold(access, [created([entry('lead', { level: 'admin' })])]);
        const ended = new Set<string>();
        for (const one of sequence) {
          const before = state.acl?.entries ?? [];
          const decided = access.decide(one, state);
          if (isRejection(decided)) continue;
          state = fold(access, decided, state);
          const left = new Set(state.acl?.entries.map(({ id }) => id));
          for (const { id } of before) if (!left.has(id)) ended.add(id);
          if (one.kind === 'award' && ended.has(one.entry.id)) again += 1;
          expect([...ended].filter((id) => left.has(id))).toEqual([]);
        }
      }),
      { numRuns: 500 },
    );
    expect(again).toBeGreaterThan(50);
  });
});

describe('without the right to administer', () => {
  it('nobody widens what they may do themselves, now or later', () => {
    fc.assert(
      fc.property(entries, actions, (first, sequence) => {
        for (const { by, before, after } of played(first, sequence)) {
          const had = rightsOf(before, [by]);
          for (const [at, level] of rightsOf(after, [by]).entries())
            expect(level).toBeLessThanOrEqual(had[at] ?? -1);
        }
      }),
    );
  });

  it('all together hold no more than the best of them held before, at any time', () => {
    fc.assert(
      fc.property(entries, actions, (first, sequence) => {
        const most = mostOf({ entries: first });
        for (const { after } of played(first, sequence))
          for (const [at, level] of mostOf(after).entries())
            expect(level).toBeLessThanOrEqual(most[at] ?? -1);
      }),
    );
  });

  it('who administers by the namespace for a time grants nothing that outlasts it', () => {
    const ends = fc.integer({ min: 1, max: 11 });
    fc.assert(
      fc.property(entries, actions, person, ends, (first, sequence, administrator, hour) => {
        const until = timeOf(hour);
        const granterFor = (one: Action) =>
          one.from === administrator && one.hour < hour
            ? granter(one.from, { fallback: { level: 'admin', until, delegated: false } })
            : granter(one.from);
        const most = mostOf({ entries: first });
        for (const { after } of played(first, sequence, granterFor, { defaultPolicy: null }))
          for (const [at, level] of mostOf(after).entries())
            if (at >= hour) expect(level).toBeLessThanOrEqual(most[at] ?? -1);
      }),
    );
  });

  it('what is delegated stays below what it came from, in level, time and depth', () => {
    fc.assert(
      fc.property(entries, actions, (first, sequence) => {
        for (const { after } of played(first, sequence))
          for (const one of after.entries.filter(({ parent }) => parent !== null)) {
            const from = after.entries.find(({ id }) => id === one.parent) as AclEntry;
            expect(LEVELS.indexOf(one.level)).toBeLessThanOrEqual(LEVELS.indexOf(from.level));
            expect(one.expiresAt ?? '9').toBeOneOf(
              [one.expiresAt ?? '9', from.expiresAt ?? '9'].sort().slice(0, 1),
            );
            const [most, depth] = [from.delegable?.maxDepth, one.delegable?.maxDepth];
            if (most !== null) expect(depth ?? 0).toBeLessThan(most ?? 0);
          }
      }),
    );
  });

  it('whatever way it went, it reached only whom, and as much as, every entry on the way allowed', () => {
    fc.assert(
      fc.property(limited, handingsOn, (first, sequence) => {
        for (const { after } of played(first, sequence))
          for (const one of after.entries)
            for (const from of waysTo(after, one)) {
              expect(from.delegable?.to ?? PEOPLE).toContain(one.principal.id);
              expect(LEVELS.indexOf(one.level)).toBeLessThanOrEqual(mostOnwards(from));
              if (one.delegable === null) continue;
              expect(from.delegable?.to ?? PEOPLE).toEqual(
                expect.arrayContaining([...(one.delegable.to ?? PEOPLE)]),
              );
              expect(mostOnwards(one)).toBeLessThanOrEqual(mostOnwards(from));
            }
      }),
      { numRuns: 300 },
    );
  });

  it('whoever administers by delegation, themselves or by a group, gives only what falls with it', () => {
    const deputies = fc.uniqueArray(fc.record({ person: fc.constantFrom('a', 'b', 'team'), delegable }), {
      selector: (one) => one.person,
      minLength: 1,
    });
    fc.assert(
      fc.property(deputies, fc.subarray(PEOPLE), actions, (drafts, members, sequence) => {
        const first = [
          entry('lead', { level: 'admin', delegable: { maxDepth: null } }),
          ...drafts.map(({ person: id, delegable: further }) =>
            entry(id, {
              principal: { kind: id === 'team' ? 'group' : 'agent', id },
              ...{ level: 'admin', parent: 'lead', delegable: further },
            }),
          ),
        ];
        const granterFor = ({ from }: Action) =>
          granter(from, { groups: members.includes(from) ? ['team'] : [] });
        for (const { after } of played(first, sequence, granterFor))
          for (const one of after.entries)
            if (one.id !== 'lead') expect(waysTo(after, one).at(-1)?.id).toBe('lead');
      }),
    );
  });

  it('whoever administers for a time, and by delegation beside it, gives only what ends with the one or the other', () => {
    const hours = fc.integer({ min: 1, max: 11 });
    const deputies = fc.uniqueArray(
      fc.record({ person: fc.constantFrom('a', 'b', 'team'), delegable, until: end, own: fc.option(hours) }),
      { selector: (one) => one.person, minLength: 1 },
    );
    let given = 0;
    fc.assert(
      fc.property(deputies, fc.subarray(PEOPLE), actions, (drafts, members, sequence) => {
        const principalOf = (id: string) => ({ kind: id === 'team' ? 'group' : 'agent', id }) as const;
        const first = [
          entry('lead', { level: 'admin', delegable: { maxDepth: null } }),
          ...drafts.flatMap(({ person: id, delegable: further, until: expiresAt, own }) => {
            const administrator = { principal: principalOf(id), level: 'admin' } as const;
            const deputy = entry(id, { ...administrator, parent: 'lead', delegable: further, expiresAt });
            if (own === null) return [deputy];
            return [deputy, entry(`own-${id}`, { ...administrator, expiresAt: timeOf(own) })];
          }),
        ];
        const lastOwn = Math.max(0, ...drafts.map(({ own }) => own ?? 0));
        const granterFor = ({ from }: Action) =>
          granter(from, { groups: members.includes(from) ? ['team'] : [] });
        for (const { after } of played(first, sequence, granterFor)) {
          expect(after.defaultPolicy).toBe('closed');
          for (const one of after.entries) {
            if (one.id === 'lead' || waysTo(after, one).at(-1)?.id === 'lead') continue;
            given += one.id.startsWith('new-') ? 1 : 0;
            expect(one.expiresAt ?? 'never').toBeOneOf(MOMENTS.slice(0, lastOwn + 1).map(isoOf));
          }
        }
      }),
      { numRuns: 1_000 },
    );
    expect(given).toBeGreaterThan(50);
  });

  it('when the creator revokes an entry, exactly what has come from it ends', () => {
    fc.assert(
      fc.property(entries, actions, fc.nat(), (first, sequence, pick) => {
        const last = [...played(first, sequence)].at(-1)?.state ?? fold(access, [created(first)]);
        const list = last.acl as AclState;
        if (list.entries.length === 0) return;
        const root = list.entries[pick % list.entries.length] as AclEntry;
        const command: AccessCommand = {
          kind: 'revoke',
          by: granter('creator'),
          entryId: root.id,
          at: timeOf(0),
          personal: UNSEALED,
        };
        const decided = access.decide(command, last);
        if (isRejection(decided)) throw new Error(decided.detail);
        const rest = fold(access, decided, last).acl?.entries ?? [];
        const comesFrom = (one: AclEntry): boolean =>
          one.id === root.id || list.entries.some((parent) => parent.id === one.parent && comesFrom(parent));
        expect(rest.map(recordOf)).toEqual(list.entries.filter((one) => !comesFrom(one)).map(recordOf));
      }),
    );
  });
});
