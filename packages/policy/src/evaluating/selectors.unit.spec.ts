import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ACTIONS, SENSITIVITIES } from '../expressions/schema.ts';
import type { Match } from '../policy.ts';
import { CALM_CALL } from '../spec/calls.ts';
import { globTest } from './glob.ts';
import { select, selectorIndex } from './selectors.ts';

const environments = ['development', 'production', 'qa'] as const;
const names = ['read_file', 'write_file', 'files-read', 'files-write', 'a'] as const;
const globs = ['*', 'files-*', '*_file', '*e*', 'w*e*e', ...names] as const;

function someOf<Value extends string>(values: readonly Value[]): fc.Arbitrary<Value[] | undefined> {
  return fc.option(fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 3 }), {
    nil: undefined,
  });
}

const match: fc.Arbitrary<Match | undefined> = fc
  .record({
    tools: someOf(globs),
    actions: someOf(ACTIONS),
    sensitivities: someOf(SENSITIVITIES),
    environments: someOf(environments),
  })
  .map((selectors) =>
    Object.fromEntries(Object.entries(selectors).filter(([, entries]) => entries !== undefined)),
  );

const tool = fc
  .record({
    name: fc.constantFrom(...names),
    action: fc.constantFrom(...ACTIONS),
    sensitivity: fc.constantFrom(...SENSITIVITIES),
    environment: fc.constantFrom(...environments),
  })
  .map((changes) => ({ ...CALM_CALL.tool, ...changes }));

/** The meaning of a selector, without an index. */
function selects(match: Match | undefined, tool: (typeof CALM_CALL)['tool']): boolean {
  const named = (glob: string) => new RegExp(`^${glob.replaceAll('*', '.*')}$`).test(tool.name);
  return (
    (match?.tools?.some(named) ?? true) &&
    (match?.actions?.includes(tool.action) ?? true) &&
    (match?.sensitivities?.includes(tool.sensitivity) ?? true) &&
    (match?.environments?.includes(tool.environment) ?? true)
  );
}

describe('the index of static selectors', () => {
  it('finds exactly the rules that apply, in file order', () => {
    fc.assert(
      fc.property(fc.array(match, { maxLength: 100 }), tool, (matches, tool) => {
        const expected = matches.flatMap((match, at) => (selects(match, tool) ? [at] : []));
        expect(select(selectorIndex(matches), tool).applicable).toEqual(expected);
      }),
      { numRuns: 1_000 },
    );
  });

  it('leaves undecided what selects on a missing fact', () => {
    const index = selectorIndex([
      { actions: ['read'] },
      { tools: ['read_file'] },
      undefined,
      { tools: ['b'], actions: ['read'] },
    ]);
    const { action, ...withoutAction } = CALM_CALL.tool;
    expect(select(index, CALM_CALL.tool)).toEqual({ applicable: [0, 1, 2] });
    expect(select(index, withoutAction)).toEqual({ applicable: [0, 1, 2], undecided: new Set([0, 3]) });
    expect(select(index, undefined)).toEqual({ applicable: [0, 1, 2, 3], undecided: new Set([0, 1, 3]) });
    expect(action).toBe('read');
  });
});

describe('a glob', () => {
  const part = fc.stringMatching(/^[ab]{0,3}$/);
  it('means any run of characters for each star', () => {
    fc.assert(
      fc.property(
        fc.array(part, { minLength: 1, maxLength: 4 }),
        fc.stringMatching(/^[ab]{0,8}$/),
        (parts, text) => {
          expect(globTest(parts.join('*'))(text)).toBe(new RegExp(`^${parts.join('.*')}$`).test(text));
        },
      ),
      { numRuns: 5_000 },
    );
  });
});
