import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileSchema } from './compile.ts';

/** Names that every object answers to, and two that are nobody's. */
const NAMES = [...Object.getOwnPropertyNames(Object.prototype), 'a', 'b'];
const name = fc.constantFrom(...NAMES);
const names = fc.uniqueArray(name, { maxLength: 4 });

/** An object as JSON has it: every member its own, `__proto__` too. */
const objectOf = (members: readonly (readonly [string, unknown])[]) =>
  JSON.parse(
    `{${members.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`,
  );

const objects = names.map((all) => objectOf(all.map((one) => [one, 1])));

function passes(schema: object, args: unknown): boolean {
  const compiled = compileSchema(schema);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return compiled.check(args).length === 0;
}

describe('members of arguments are their own', () => {
  it.each(NAMES)('%s is there only if it is sent', (one) => {
    const schema = { required: [one] };
    const given = objectOf([[one, 1]]);
    expect([passes(schema, {}), passes(schema, given)]).toEqual([false, true]);
    const typed = { properties: objectOf([[one, { type: 'string' }]]) };
    expect([passes(typed, {}), passes(typed, given)]).toEqual([true, false]);
    const nested = { properties: { x: schema } };
    expect([passes(nested, { x: {} }), passes(nested, { x: given })]).toEqual([false, true]);
    expect(passes({ properties: objectOf([[one, true]]), additionalProperties: false }, given)).toBe(true);
    expect(passes({ additionalProperties: false }, given)).toBe(false);
  });

  it('holds for every keyword that asks for names', () => {
    fc.assert(
      fc.property(objects, name, names, (args, one, others) => {
        const sent = new Set(Object.keys(args));
        const all = others.every((other) => sent.has(other));
        const each = (value: unknown) => objectOf(others.map((other) => [other, value]));
        const oracle: [object, boolean][] = [
          [{ required: others }, all],
          [{ dependentRequired: objectOf([[one, others]]) }, !sent.has(one) || all],
          [{ dependentSchemas: objectOf([[one, false]]) }, !sent.has(one)],
          [{ properties: each(false) }, !others.some((other) => sent.has(other))],
          [
            { properties: each(true), additionalProperties: false },
            [...sent].every((s) => others.includes(s)),
          ],
          [
            { properties: each({}), unevaluatedProperties: false },
            [...sent].every((s) => others.includes(s)),
          ],
          [{ propertyNames: { enum: others } }, [...sent].every((s) => others.includes(s))],
          [{ minProperties: others.length }, sent.size >= others.length],
          [{ maxProperties: others.length }, sent.size <= others.length],
          [{ const: each(1) }, all && sent.size === others.length],
        ];
        for (const [schema, expected] of oracle)
          expect([schema, passes(schema, args)]).toEqual([schema, expected]);
      }),
    );
  });

  it('takes names of the schema as its own, too', () => {
    const inherited = Object.create({ required: ['a'] });
    expect(passes(inherited, {})).toBe(true);
    expect(compileSchema({ $ref: '#/constructor' }).ok).toBe(false);
  });
});
