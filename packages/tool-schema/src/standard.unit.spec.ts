import { describe, expect, it } from 'vitest';
import { compileSchema } from './compile.ts';

type Case = readonly [schema: unknown, fits: readonly unknown[], fitsNot: readonly unknown[]];

const passes = (schema: unknown, value: unknown) => {
  const compiled = compileSchema(schema);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return compiled.check(value).length === 0;
};

const problemsOf = (schema: unknown) => {
  const compiled = compileSchema(schema);
  return compiled.ok ? [] : compiled.problems;
};

const REFERENCES: readonly Case[] = [
  [{ properties: { c: { $ref: '#' } }, additionalProperties: false }, [{ c: { c: {} } }], [{ c: { d: 1 } }]],
  [{ $ref: '#x', $defs: { a: { $anchor: 'x', type: 'string' } } }, ['a'], [1]],
  [{ $ref: '#/$defs/a~1b%25%22', $defs: { 'a/b%"': { type: 'string' } } }, ['a'], [1]],
  [{ $ref: '#/definitions/a', definitions: { a: { minimum: 1 } } }, [1, 'a'], [0]],
  [
    {
      $ref: '#/x-parts/a',
      'x-parts': { a: { $ref: '#b' }, b: {} },
      $defs: { b: { $anchor: 'b', type: 'null' } },
    },
    [null],
    [0],
  ],
  [{ $ref: '#/allOf/1', allOf: [true, { type: 'string' }] }, ['a'], [1]],
  [{ $id: 'https://example.org/t', $ref: 'https://example.org/t#/$defs/a', $defs: { a: false } }, [], [1]],
  [
    {
      $ref: 'part',
      $defs: { a: { $id: 'part', $ref: '#in', $defs: { b: { $anchor: 'in', type: 'null' } } } },
    },
    [null],
    [1],
  ],
  [{ $ref: 'urn:example:part', $defs: { a: { $id: 'urn:example:part', type: 'null' } } }, [null], [1]],
  [{ $ref: '#/$defs/a', maximum: 9, $defs: { a: { minimum: 1 } } }, [1, 9], [0, 10]],
  [{ $dynamicRef: '#n', $defs: { a: { $dynamicAnchor: 'n', type: 'string' } } }, ['a'], [1]],
  [
    // The strict tree of the specification: the outermost anchor wins.
    {
      $id: 'strict',
      $dynamicAnchor: 'node',
      $ref: 'tree',
      unevaluatedProperties: false,
      $defs: {
        tree: {
          $id: 'tree',
          $dynamicAnchor: 'node',
          properties: { data: true, children: { items: { $dynamicRef: '#node' } } },
        },
      },
    },
    [{ children: [{ data: 1 }] }],
    [{ children: [{ daat: 1 }] }],
  ],
];

const CONDITIONS: readonly Case[] = [
  // biome-ignore lint/suspicious/noThenProperty: a keyword
  [{ then: false }, [1], []],
  [{ else: false }, [1], []],
  [{ if: { minimum: 1 } }, [0, 1], []],
  // biome-ignore lint/suspicious/noThenProperty: a keyword
  [{ if: { minimum: 1 }, then: { maximum: 2 }, else: { const: 0 } }, [0, 2], [3, -1]],
  [{ not: { not: { type: 'string' } } }, ['a'], [1]],
  [{ oneOf: [{ minimum: 1 }, { maximum: 2 }] }, [0, 3], [1, 2]],
  [{ dependentSchemas: { a: { required: ['b'] } } }, [{}, { a: 1, b: 1 }, 1], [{ a: 1 }]],
];

const VALUES: readonly Case[] = [
  [true, [1], []],
  [false, [], [1]],
  [{ multipleOf: 0.01 }, [0.07, 19.99, 100, 'a'], [0.075]],
  [
    { const: { a: [1, { b: null }], c: 1 } },
    [{ c: 1.0, a: [1, { b: null }] }],
    [{ c: 1, a: [1, { b: 0 }] }, {}],
  ],
  [{ const: 0 }, [0, -0], [false, null, '0', [], {}]],
  [{ enum: [[], {}, '1'] }, [[], {}, '1'], [1, [1], { a: 1 }]],
  [{ enum: Array.from({ length: 9_000 }, (_, i) => ({ i })) }, [{ i: 8_999 }], [{ i: 9_000 }]],
  [
    { uniqueItems: true },
    [[1, true, '1', [1], { a: 1, b: 2 }, { a: 1 }]],
    [
      [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ],
      [1, 1.0],
    ],
  ],
  [{ type: 'integer' }, [1, 1.0, 1e20], [1.5, '1']],
  [{ maxLength: 2 }, ['😀😀', 'ab'], ['abc']],
  [{ pattern: 'b' }, ['abc'], ['ac']],
  [{ pattern: '^\\p{Lu}\\u00e9\\/(?<n>x)$' }, ['Éé/x'], ['éé/x']],
  [{ format: 'email', contentMediaType: 'application/json' }, ['no address'], []],
  [
    { contains: { const: 1 }, minContains: 2, maxContains: 3 },
    [[1, 1], [1, 0, 1, 1], 'a'],
    [[1], [1, 1, 1, 1], []],
  ],
  [{ contains: { const: 1 }, minContains: 0 }, [[], [1]], []],
  [{ minContains: 2 }, [[]], []],
  [{ prefixItems: [{ type: 'string' }], items: false }, [['a'], []], [['a', 1], [1]]],
  [{ propertyNames: { maxLength: 2 } }, [{ ab: 1 }], [{ abc: 1 }]],
  [
    { patternProperties: { '^x': { type: 'null' } }, additionalProperties: false },
    [{ x1: null }],
    [{ x1: 1 }, { y: null }],
  ],
];

const UNEVALUATED: readonly Case[] = [
  [
    {
      allOf: [{ properties: { a: true } }],
      anyOf: [{ required: ['b'], properties: { b: true } }, true],
      unevaluatedProperties: false,
    },
    [{ a: 1 }, { a: 1, b: 1 }],
    [{ c: 1 }],
  ],
  [{ not: { not: { properties: { a: true } } }, unevaluatedProperties: false }, [{}], [{ a: 1 }]],
  [
    { if: { required: ['k'], properties: { k: true } }, unevaluatedProperties: false },
    [{ k: 1 }],
    [{ l: 1 }],
  ],
  [{ allOf: [{ unevaluatedProperties: true }], unevaluatedProperties: false }, [{ a: 1 }], []],
  [
    { properties: { x: { properties: { a: true } } }, unevaluatedProperties: false },
    [{ x: { a: 1 } }],
    [{ a: 1 }],
  ],
  [
    { allOf: [{ prefixItems: [true] }], contains: { const: 7 }, unevaluatedItems: false },
    [[7], [1, 7]],
    [[7, 1]],
  ],
  [{ unevaluatedProperties: { type: 'number' } }, [{ a: 1 }], [{ a: 'a' }]],
];

describe('an input schema means what JSON Schema 2020-12 says', () => {
  it.each([...REFERENCES, ...CONDITIONS, ...VALUES, ...UNEVALUATED])('%j', (schema, fits, fitsNot) => {
    for (const value of fits) expect([value, passes(schema, value)]).toEqual([value, true]);
    for (const value of fitsNot) expect([value, passes(schema, value)]).toEqual([value, false]);
  });

  it('keeps notes of its own', () => {
    const notes = {
      'x-foo': { $ref: 1 },
      'x-requird': 1,
      example: 1,
      nullable: true,
      markdownDescription: '',
      propertyOrdering: [],
    };
    expect(
      passes({ ...notes, $comment: '', title: '', examples: [1], default: null, deprecated: true }, 1),
    ).toBe(true);
  });
});

describe('an input schema is refused, with each place and what would be right,', () => {
  it.each([
    'requird',
    'Required',
    'propertis',
    'typ',
    'item',
    'enums',
    'addtionalProperties',
    'minlength',
    'ref',
  ])('when a keyword seems to be mistaken: %s', (keyword) => {
    const problems = problemsOf({ properties: { a: { [keyword]: {} } } });
    expect(problems).toMatchObject([
      { pointer: `/properties/a/${keyword}`, detail: expect.stringContaining(`or x-${keyword} for a note`) },
    ]);
  });

  it('when it has keywords of earlier drafts that judged', () => {
    expect(problemsOf({ dependencies: { a: ['b'] }, additionalItems: false, items: [{}] })).toEqual([
      { pointer: '/items', detail: expect.stringContaining('write prefixItems') },
      { pointer: '/dependencies', detail: expect.stringContaining('write dependentRequired') },
      { pointer: '/additionalItems', detail: expect.stringContaining('write prefixItems') },
    ]);
    expect(problemsOf({ $schema: 'http://json-schema.org/draft-07/schema#' })).toMatchObject([
      { pointer: '/$schema' },
    ]);
    expect(problemsOf({ $schema: 'https://json-schema.org/draft/2020-12/schema' })).toEqual([]);
  });

  it('when a value of a keyword is none', () => {
    const wrong = {
      type: ['string', 'string'],
      enum: 1,
      minimum: '1',
      multipleOf: 0,
      minLength: -1,
      maxItems: 1.5,
      pattern: '(?=a)b',
      patternProperties: { '(a)\\1': {} },
      uniqueItems: 1,
      prefixItems: [],
      allOf: {},
      anyOf: [1],
      properties: { a: 1 },
      required: ['a', 'a'],
      dependentRequired: { a: 'b' },
      title: 1,
      $anchor: '1',
      $id: '#a',
      $defs: [],
      $ref: 1,
    };
    const pointers = Object.keys(wrong).map((keyword) => `/${keyword}`);
    const found = problemsOf(wrong).map(({ pointer }) => pointer);
    expect(found.map((pointer) => `/${pointer.split('/')[1]}`).sort()).toEqual(pointers.sort());
    expect(found).toEqual(
      expect.arrayContaining([
        '/anyOf/0',
        '/properties/a',
        '/patternProperties/(a)\\1',
        '/dependentRequired/a',
      ]),
    );
    expect(problemsOf({ pattern: '\\Q[\\E(a{1000}){1000}' })).toMatchObject([{ pointer: '/pattern' }]);
    expect(problemsOf([])).toMatchObject([{ pointer: '' }]);
  });

  it.each([
    'https://example.org/schema.json',
    'other',
    '#/$defs/none',
    '#none',
    '#/$defs/a/0',
    '#/$defs/%',
    'http://[',
    `#${'x'.repeat(2_000)}`,
  ])('when a reference leads nowhere: %s', (reference) => {
    expect(problemsOf({ $defs: { a: {} }, properties: { p: { $ref: reference } } })).toMatchObject([
      { pointer: '/properties/p/$ref' },
    ]);
  });

  it('when two places have one name', () => {
    const twice = { $defs: { a: { $anchor: 'x' }, b: { $anchor: 'x' }, c: { $id: 'y' }, d: { $id: 'y' } } };
    expect(problemsOf(twice)).toMatchObject([{ pointer: '/$defs/b/$anchor' }, { pointer: '/$defs/d/$id' }]);
  });
});
