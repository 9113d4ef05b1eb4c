import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compileSchema } from './compile.ts';

const name = fc.constantFrom('a', 'b', 'c', 'ab');
const small = fc.integer({ min: 0, max: 3 });
const scalar = fc.constantFrom<unknown>(null, true, false, 0, 1, 2, 3.5, -1, '', 'a', 'ab', 'abc', '😀');
const value = fc.letrec((tie) => ({
  any: fc.oneof({ depthSize: 'small' }, scalar, tie('list'), tie('object')),
  list: fc.array(tie('any'), { maxLength: 4 }),
  object: fc.dictionary(name, tie('any'), { maxKeys: 4, noNullPrototype: true }),
})).any;
const type = fc.constantFrom('null', 'boolean', 'object', 'array', 'number', 'string', 'integer');
const pattern = fc.constantFrom('a', '^a', 'b$', '^[ab]+$', 'c|^$');
const namesOnce = fc.uniqueArray(name, { maxLength: 3 });

const { schema } = fc.letrec<{ schema: unknown; object: object }>((tie) => {
  const sub = tie('schema');
  const some = fc.array(sub, { minLength: 1, maxLength: 3 });
  const named = fc.dictionary(name, sub, { maxKeys: 3, noNullPrototype: true });
  const keywords = {
    type: fc.oneof(type, fc.uniqueArray(type, { minLength: 1, maxLength: 3 })),
    const: value,
    enum: fc.array(value, { minLength: 1, maxLength: 3 }),
    minimum: small,
    maximum: small,
    exclusiveMinimum: small,
    exclusiveMaximum: small,
    multipleOf: fc.constantFrom(1, 2, 0.5),
    minLength: small,
    maxLength: small,
    pattern,
    minItems: small,
    maxItems: small,
    uniqueItems: fc.boolean(),
    prefixItems: some,
    items: sub,
    minProperties: small,
    maxProperties: small,
    required: namesOnce,
    dependentRequired: fc.dictionary(name, namesOnce, { maxKeys: 2, noNullPrototype: true }),
    propertyNames: sub,
    properties: named,
    patternProperties: fc.dictionary(pattern, sub, { maxKeys: 2, noNullPrototype: true }),
    additionalProperties: sub,
    dependentSchemas: named,
    allOf: some,
    anyOf: some,
    oneOf: some,
    not: sub,
    if: sub,
    // biome-ignore lint/suspicious/noThenProperty: a keyword
    then: sub,
    else: sub,
    unevaluatedItems: sub,
    unevaluatedProperties: sub,
    $ref: fc.constantFrom('#/$defs/one', '#two'),
  };
  const one = fc
    .uniqueArray(fc.constantFrom(...Object.keys(keywords)), { minLength: 1, maxLength: 4 })
    .chain((chosen) =>
      fc.record(
        Object.fromEntries(chosen.map((keyword) => [keyword, keywords[keyword as keyof typeof keywords]])),
      ),
    );
  return {
    schema: fc.oneof({ depthSize: 'small', withCrossShrink: true }, fc.boolean(), tie('object')),
    object: one as fc.Arbitrary<object>,
  };
});

const whole = fc
  .tuple(schema, schema, schema)
  .map(([root, one, two]) => ({ allOf: [root], $defs: { one, two: { $anchor: 'two', allOf: [two] } } }));

/** What ajv answers; `null` where the code that it writes does not run (`items: false` beside a `type` that is no array). */
function answerOf(validate: () => boolean): boolean | null {
  try {
    return validate();
  } catch {
    return null;
  }
}

// Without `contains`: ajv has it pass over empty arrays beside a `false`, and evaluate all items.
it('judges as ajv does, wherever ajv can judge', () => {
  let judged = 0;
  fc.assert(
    fc.property(whole, fc.array(value, { minLength: 5, maxLength: 5 }), (schema, values) => {
      const compiled = compileSchema(schema);
      // What leads back to itself on the spot has no answer, and ajv has none either.
      if (!compiled.ok) {
        expect(JSON.stringify(compiled.problems)).toContain('leads back to itself');
        return;
      }
      const validate = new Ajv2020({ strict: false, ownProperties: true, logger: false }).compile(schema);
      for (const one of values) {
        const expected = answerOf(() => validate(one));
        if (expected === null) continue;
        judged += 1;
        expect([one, compiled.check(one).length === 0]).toEqual([one, expected]);
      }
    }),
    { numRuns: Number(process.env.RUNS ?? 200) },
  );
  expect(judged).toBeGreaterThan(500);
});
