import { describe, expect, it } from 'vitest';
import { compileSchema } from './compile.ts';
import { MAX_NESTING, MAX_PATTERN_SIZE, MAX_STEPS, MAX_SUBSCHEMAS } from './limits.ts';

const times = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i));
const named = <T>(n: number, make: (i: number) => T) =>
  Object.fromEntries(times(n, (i) => [`p${i}`, make(i)]));
const ofItems = (a: object) => ({ type: 'object', properties: { a: { type: 'array', ...a } } });

function check(schema: object, args: unknown) {
  const compiled = compileSchema(schema);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return compiled.check(args);
}

const refusal = (schema: object) => {
  const compiled = compileSchema(schema);
  return compiled.ok ? [] : compiled.problems;
};

const TOO_MANY_STEPS = { pointer: '', detail: expect.stringContaining(`more than ${MAX_STEPS} steps`) };

describe('what a check costs', () => {
  it('tells 22,000 objects apart without comparing each with each', () => {
    const schema = ofItems({ uniqueItems: true, items: { type: 'object' } });
    const items = times(22_000, (i) => ({ i }));
    expect(check(schema, { a: items })).toEqual([]);
    expect(check(schema, { a: [...items, { i: 7 }] })).toEqual([
      { pointer: '/a', detail: 'must not have the same item twice, as at 7 and 22000' },
    ]);
  });

  it('stops at as many problems as are reported', () => {
    const schema = ofItems({ items: { anyOf: times(50, () => ({ type: 'string' })) } });
    expect(check(schema, { a: times(50_000, () => 1) })).toHaveLength(20);
  });

  it.each<[string, object, unknown]>([
    [
      'branches and items',
      ofItems({ items: { anyOf: times(50, (i) => ({ const: i })) } }),
      { a: times(50_000, () => 49) },
    ],
    [
      'references that double',
      {
        $ref: '#/$defs/p0',
        $defs: named(40, (i) => (i === 39 ? {} : { allOf: times(2, () => ({ $ref: `#/$defs/p${i + 1}` })) })),
      },
      {},
    ],
    [
      'references that double on the way down',
      { type: 'object', properties: { a: { anyOf: [{ $ref: '#' }, { $ref: '#' }] } } },
      JSON.parse(`${'{"a":'.repeat(31)}1${'}'.repeat(31)}`),
    ],
    ['properties and expressions', { patternProperties: named(1_000, () => true) }, named(20_000, () => 1)],
    [
      'a long text and a long expression',
      { properties: { a: { pattern: '[ab]*a[ab]{500}[0c]' } } },
      { a: 'ab'.repeat(100_000) },
    ],
    [
      'a long text many times',
      { properties: { a: { allOf: times(1_000, (i) => ({ minLength: i })) } } },
      { a: 'x'.repeat(250_000) },
    ],
    [
      'allowed values and a large one',
      { allOf: times(1_000, () => ({ not: { const: {} } })) },
      named(20_000, () => 1),
    ],
    [
      'names asked for and items',
      ofItems({ items: { not: { required: times(9_000, String) } } }),
      { a: times(60_000, () => ({})) },
    ],
    ['long divisions', ofItems({ items: { multipleOf: 1e-300 } }), { a: times(40_000, () => 1.1e300) }],
    [
      'what others have evaluated',
      {
        $ref: '#/$defs/p0',
        $defs: named(100, (i) =>
          i < 99
            ? { $ref: `#/$defs/p${i + 1}`, unevaluatedProperties: false }
            : { patternProperties: { '': true } },
        ),
      },
      named(20_000, () => 1),
    ],
  ])('has a limit: %s', (_, schema, args) => {
    expect(check(schema, args).at(-1)).toEqual(TOO_MANY_STEPS);
  });

  it('can not be hidden by a not, nor by another alternative', () => {
    const costly = { items: { anyOf: times(50, (i) => ({ const: i })) } };
    const items = times(60_000, () => 49);
    expect(check({ not: costly }, items)).toEqual([TOO_MANY_STEPS]);
    expect(check({ anyOf: [costly, {}] }, items)).toEqual([TOO_MANY_STEPS]);
    expect(check({ if: costly, else: {} }, items)).toEqual([TOO_MANY_STEPS]);
  });

  it('lets pass the largest arguments that a request can carry, against an ordinary schema', () => {
    const node = { v: { type: 'integer', minimum: 0 }, c: { type: 'array', items: { $ref: '#' } } };
    const tree = { type: 'object', properties: node, required: ['v'], additionalProperties: false };
    expect(check(tree, { v: 1, c: times(14_000, (v) => ({ v, c: [] })) })).toEqual([]);
    expect(
      check(ofItems({ items: { type: 'integer', maximum: 9 } }), { a: times(125_000, (i) => i % 10) }),
    ).toEqual([]);
    expect(check(ofItems({ items: { multipleOf: 0.01 } }), { a: times(25_000, (i) => i / 100) })).toEqual([]);
    const ids = { type: 'string', pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' };
    const id = '01234567-89ab-cdef-0123-456789abcdef';
    expect(check(ofItems({ items: ids }), { a: times(4_000, () => id) })).toEqual([]);
    expect(check({ properties: { a: { pattern: '^\\S[\\s\\S]*$' } } }, { a: 'x'.repeat(250_000) })).toEqual(
      [],
    );
  });

  it('bounds the call stack: nobody nests for ever', () => {
    const list = { items: { $ref: '#' }, uniqueItems: true };
    let deep: unknown = [];
    for (let level = 0; level < 100_000; level += 1) deep = [deep];
    const tooDeep = { pointer: '', detail: expect.stringContaining(`more than ${MAX_NESTING} levels`) };
    expect(check(list, deep)).toEqual([tooDeep]);
    expect(check({ items: { $ref: '#' } }, deep)).toEqual([tooDeep]);
    expect(check({ const: [1] }, deep)).toEqual([tooDeep]);
  });
});

describe('what compiling a schema costs', () => {
  it('has a limit of subschemas', () => {
    expect(refusal({ allOf: times(MAX_SUBSCHEMAS, () => ({})) })).toEqual([
      { pointer: '', detail: `must have at most ${MAX_SUBSCHEMAS} subschemas` },
    ]);
    expect(refusal({ allOf: times(MAX_SUBSCHEMAS - 1, () => ({})) })).toEqual([]);
  });

  it.each<[string, (i: number) => string]>([
    ['many', (i) => `^[a-z]{1,9}(foo|bar|baz${i})*[0-9A-F-]{1,36}$`],
    ['often repeated', (i) => `(?:[${i}-9]b){1,500}`],
    ['repeated within each other', (i) => `((x${i}?){30}){30}`],
    ['of ranges in either case', (i) => `(?i)[\\x{100}-\\x{10ffff}]\\S${i}`],
    ['of Unicode classes', (i) => `[\\pL\\p{N}]${i}(?:\\pL\\PN){9}`],
  ])('has a limit of patterns: %s', (_, pattern) => {
    const problems = refusal({ properties: named(1_500, (i) => ({ type: 'string', pattern: pattern(i) })) });
    expect(problems).toHaveLength(20);
    expect(problems[0]).toMatchObject({
      pointer: expect.stringMatching(/^\/properties\/p\d+\/pattern$/),
      detail: expect.stringContaining(`size of more than ${MAX_PATTERN_SIZE}`),
    });
  });

  it('counts a pattern that stands in many places once', () => {
    expect(refusal({ properties: named(1_500, () => ({ pattern: '^[a-z]{1,99}$' })) })).toEqual([]);
  });

  it('refuses a schema that leads back to itself without going down into the value', () => {
    for (const schema of [
      { $ref: '#' },
      { allOf: [{ $ref: '#' }] },
      { $ref: '#/$defs/a', $defs: { a: { not: { $ref: '#/$defs/b' } }, b: { if: { $ref: '#/$defs/a' } } } },
      { $dynamicAnchor: 'n', dependentSchemas: { a: { $dynamicRef: '#n' } } },
      { $ref: '#/$defs/p0', $defs: named(600, (i) => (i < 599 ? { $ref: `#/$defs/p${i + 1}` } : {})) },
    ])
      expect(refusal(schema)).toMatchObject([{ detail: expect.stringContaining('leads back to itself') }]);
  });

  it('takes long names and deep levels without copying them into each other', () => {
    const long = 'x'.repeat(100_000);
    const inner = { properties: named(3_000, () => ({ type: 'strin' })) };
    const problems = refusal({ properties: { [long]: inner } });
    expect(problems).toHaveLength(20);
    expect(problems[0]?.pointer).toBe(`/properties/${'x'.repeat(64)}…/properties/p0/type`);
    let deep: object = {};
    for (let level = 0; level < 100_000; level += 1) deep = { not: deep };
    expect(refusal(deep)).toEqual([{ pointer: '', detail: 'must have at most 64 levels' }]);
  });
});
