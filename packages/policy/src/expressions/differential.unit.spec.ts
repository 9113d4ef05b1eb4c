import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { oracle, ours } from '../spec/engines.ts';
import type { Facts, Json, PartialFacts } from './facts.ts';
import { ACTIONS, APPROVAL_LEVELS, SENSITIVITIES } from './schema.ts';

const text = fc.constantFrom('', 'a', 'ab', 'b', 'read_file', '/etc/passwd', 'production');
const flag = fc.boolean();
const amount = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom(900, 901, 100_000_000, 100_000_001));
const scalar = fc.oneof<fc.Arbitrary<Json>[]>(text, amount, flag, fc.constantFrom(0.5, -1.5));
const element = fc.oneof<fc.Arbitrary<Json>[]>(scalar, fc.constant(null));

const facts: fc.Arbitrary<Facts> = fc.record({
  args: fc.dictionary(
    fc.constantFrom('a', 'b', 'path', 'l'),
    fc.oneof<fc.Arbitrary<Json>[]>(scalar, fc.array(element, { maxLength: 3 })),
  ),
  tool: fc.record({
    name: text,
    action: fc.constantFrom(...ACTIONS),
    sensitivity: fc.constantFrom(...SENSITIVITIES),
    destructive: flag,
    requires_approval: flag,
    environment: fc.constantFrom('development', 'production'),
    cost_micros: amount,
  }),
  agent: fc.record({ id: text, owner: text, project: text }),
  user: fc.record({
    id: text,
    roles: fc.array(text, { maxLength: 3 }),
    approval_level: fc.constantFrom(...APPROVAL_LEVELS),
    trust_score: amount,
  }),
  scope: fc.record({ organization: text, workspace: text, project: text }),
  call: fc.record({
    reason: text,
    session_id: fc.option(text),
    confidence: fc.option(fc.constantFrom(0.25, 0.75)),
  }),
  ctx: fc.record({
    first_use: flag,
    common_tool: flag,
    repeated_pattern: flag,
    frequency: amount,
    daily_calls: amount,
  }),
});

/** Conditions and what they say, written by hand; undefined where CEL must fail. */
const BY_HAND: readonly (readonly [string, (facts: Facts) => boolean | undefined])[] = [
  ['tool.destructive', ({ tool }) => tool.destructive],
  ['tool.cost_micros > 100000000', ({ tool }) => tool.cost_micros > 100_000_000],
  [
    'tool.environment == "production" && tool.action != "read"',
    ({ tool }) => tool.environment === 'production' && tool.action !== 'read',
  ],
  ['!(user.approval_level in ["production_only", "never"])', ({ user }) => user.approval_level === 'always'],
  [
    '(ctx.first_use || !ctx.common_tool) && !(ctx.repeated_pattern && user.trust_score > 900)',
    ({ ctx, user }) =>
      (ctx.first_use || !ctx.common_tool) && !(ctx.repeated_pattern && user.trust_score > 900),
  ],
  [
    '"ab" in user.roles || user.id == agent.owner',
    ({ user, agent }) => user.roles.includes('ab') || user.id === agent.owner,
  ],
  ['user.roles.all(r, r.contains("a"))', ({ user }) => user.roles.every((role) => role.includes('a'))],
  [
    'user.roles.exists_one(r, r == "a")',
    ({ user }) => user.roles.filter((role) => role === 'a').length === 1,
  ],
  ['size(tool.name) + size(user.roles) > 3', ({ tool, user }) => tool.name.length + user.roles.length > 3],
  ['has(call.session_id) && call.session_id == "a"', ({ call }) => call.session_id === 'a'],
  ['call.confidence > 0.5', ({ call }) => (call.confidence == null ? undefined : call.confidence > 0.5)],
  ['has(args.path) && args.path == "/etc/passwd"', ({ args }) => args.path === '/etc/passwd'],
  [
    'args.path.startsWith("/etc")',
    ({ args }) => (typeof args.path === 'string' ? args.path.startsWith('/etc') : undefined),
  ],
  ['(ctx.frequency + 2) * 3 > ctx.daily_calls', ({ ctx }) => (ctx.frequency + 2) * 3 > ctx.daily_calls],
];

describe('the engine against another implementation of CEL', () => {
  it('agrees with it, and with conditions written by hand, on any facts', () => {
    fc.assert(
      fc.property(facts, (given) => {
        for (const [condition, byHand] of BY_HAND) {
          const expected = byHand(given) ?? 'error';
          expect([condition, ours(condition, given)]).toEqual([condition, expected]);
          expect([condition, oracle(condition, given)]).toEqual([condition, expected]);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('agrees with it on any expression of the subset', () => {
    let evaluated = 0;
    fc.assert(
      fc.property(condition, facts, (source, given: PartialFacts) => {
        const mine = ours(source, given);
        if (mine === 'refused') return;
        evaluated += 1;
        expect([source, mine]).toEqual([source, oracle(source, given)]);
      }),
      { numRuns: 5_000 },
    );
    expect(evaluated).toBeGreaterThan(4_000);
  });
});

/** Random conditions: well typed over the typed facts, untyped over the arguments, which may be missing. */
const { condition } = fc.letrec<{ condition: string; int: string; string: string; dyn: string }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom(
      'tool.destructive',
      'ctx.first_use',
      'has(args.a)',
      'has(call.session_id)',
      'true',
      'false',
    ),
    infix(tie('int'), ['==', '!=', '<', '<=', '>', '>='], tie('int')),
    infix(tie('string'), ['==', '!=', '<', '<=', '>', '>='], tie('string')),
    infix(tie('dyn'), ['==', '!=', '<', '>='], fc.oneof(tie('dyn'), tie('string'), tie('int'))),
    infix(tie('condition'), ['&&', '||'], tie('condition')),
    tie('condition').map((inner) => `!(${inner})`),
    fc.tuple(tie('condition'), tie('condition'), tie('condition')).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
    tie('string').map((element) => `(${element} in user.roles)`),
    tie('dyn').map((element) => `(${element} in ["a", "ab"])`),
    fc
      .tuple(
        tie('string'),
        fc.constantFrom('startsWith', 'endsWith', 'contains'),
        fc.constantFrom('', 'a', 'b'),
      )
      .map(([receiver, method, argument]) => `${receiver}.${method}("${argument}")`),
    fc
      .tuple(
        fc.constantFrom('args.l', 'user.roles', 'args.a'),
        fc.constantFrom('all', 'exists', 'exists_one'),
        tie('dyn'),
      )
      .map(([list, method, other]) => `${list}.${method}(x, x == ${other})`),
  ),
  int: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom(
      '0',
      '1',
      '2',
      '-3',
      'tool.cost_micros',
      'user.trust_score',
      'ctx.frequency',
      'size(user.roles)',
    ),
    infix(tie('int'), ['+', '-', '*', '/', '%'], tie('int')),
    tie('string').map((inner) => `size(${inner})`),
  ),
  string: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom(
      '""',
      '"a"',
      '"ab"',
      'tool.name',
      'tool.action',
      'user.id',
      'call.session_id',
      'scope.project',
    ),
    infix(tie('string'), ['+'], tie('string')),
    tie('int').map((inner) => `string(${inner})`),
  ),
  dyn: fc.constantFrom('args.a', 'args.b', 'args.path', 'args.l', 'args.l[0]', 'args["a"]'),
}));

function infix(
  left: fc.Arbitrary<string>,
  operators: readonly string[],
  right: fc.Arbitrary<string>,
): fc.Arbitrary<string> {
  return fc
    .tuple(left, fc.constantFrom(...operators), right)
    .map(([a, operator, b]) => `(${a} ${operator} ${b})`);
}
