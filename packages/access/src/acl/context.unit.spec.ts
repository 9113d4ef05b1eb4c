import { describe, expect, it } from 'vitest';
import { CONTEXT_PARTS, type ContextRule } from '../permissions/permissions.ts';
import {
  dependencyShown,
  entriesShown,
  injectedState,
  isEventShown,
  isPartShown,
  lesserLevel,
  parentShown,
  peersShown,
} from './context.ts';
import { LEVELS, type Level } from './level.ts';
import { entryOf } from './testing/lists.ts';

const related = (status: string) => ({
  id: 'i',
  title: 't',
  status,
  state: { secret: 1 },
  description: 'd',
  constraints: { rules: [] },
});
const fieldsOf = (shown: object) => Object.keys(shown).sort().join(' ');

/** The table of OpenIntent's RFC 11, by level. */
describe.each<[Level, string, string, string, string[], string[] | null, string]>([
  ['read', 'id status title', 'id status title', 'id state status title', ['told'], null, 'principal'],
  [
    'write',
    'id state status title',
    'id state status title',
    'id state status title',
    ['told', 'state'],
    ['mine', 'team'],
    'level principal',
  ],
  [
    'admin',
    'constraints description id state status title',
    'constraints description id state status title',
    'constraints description id state status title',
    ['told', 'state', 'access'],
    ['mine', 'team', 'other'],
    'level principal',
  ],
])('with %s one is shown', (level, parent, working, final, events, entries, peer) => {
  it(`of the parent ${parent}`, () => {
    expect(fieldsOf(parentShown(level, related('active')))).toBe(parent);
    expect(fieldsOf(parentShown(level, related('completed')))).toBe(parent);
  });

  it(`of what is not completed ${working}, of what is ${final}`, () => {
    expect(fieldsOf(dependencyShown(level, related('active')))).toBe(working);
    expect(fieldsOf(dependencyShown(level, related('completed')))).toBe(final);
  });

  it(`events of ${events}`, () => {
    expect((['told', 'state', 'access'] as const).filter((kind) => isEventShown(level, kind))).toEqual(
      events,
    );
  });

  it(`of the list ${entries}`, () => {
    const worker = { kind: 'agent', id: 'worker' } as const;
    const team = { kind: 'group', id: 'team' } as const;
    const list = [
      entryOf({ id: 'mine' }),
      entryOf({ id: 'team', principal: team }),
      entryOf({ id: 'other', principal: { kind: 'user', id: 'worker' } }),
    ];
    expect(entriesShown(level, list, [worker, team])?.map(({ id }) => id) ?? null).toEqual(entries);
  });

  it(`of peers ${peer}`, () => {
    const [shown] = peersShown(level, [{ principal: { kind: 'agent', id: 'a' }, level: 'write' }]);
    expect(fieldsOf(shown ?? {})).toBe(peer);
  });
});

describe('the lesser level', () => {
  it('is what both include', () => {
    const all = [null, ...LEVELS];
    for (const [one, first] of all.entries())
      for (const [other, second] of all.entries())
        expect(lesserLevel(first, second)).toBe(all[Math.min(one, other)]);
  });
});

describe('a rule for the context', () => {
  it.each<[string, ContextRule, readonly string[]]>([
    ['auto shows all', 'auto', CONTEXT_PARTS],
    ['none shows nothing', 'none', []],
    ['a list shows what it names', { parts: ['acl', 'peers'] }, ['peers', 'acl']],
    ['inject shows nothing of what is around', { inject: ['peers', 'parts'] }, []],
  ])('%s', (_, rule, shown) => {
    expect(CONTEXT_PARTS.filter((part) => isPartShown(rule, part))).toEqual(shown);
  });

  it('injects what it names and is there, and nothing that the state only inherits', () => {
    const state = { project_name: 'Blue', deadline: null, secret: 1 };
    expect(injectedState({ inject: ['deadline', 'missing', 'project_name', 'toString'] }, state)).toEqual({
      project_name: 'Blue',
      deadline: null,
    });
    for (const rule of ['auto', 'none', { parts: ['acl'] }] as const)
      expect(injectedState(rule, state)).toBeNull();
  });
});
