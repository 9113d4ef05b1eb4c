import { describe, expect, it } from 'vitest';
import { compileSchema } from './compile.ts';

const check = (schema: object, args: unknown) => {
  const compiled = compileSchema(schema);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return compiled.check(args);
};

describe('an input schema', () => {
  it('names everything that is wrong at once, and no value', () => {
    const schema = {
      type: 'object',
      properties: { path: { type: 'string' }, size: { type: 'integer', minimum: 1 } },
      required: ['path', 'mode'],
      additionalProperties: false,
    };
    const errors = check(schema, { path: 7, size: 0, secret: 'marker' });
    expect(errors.map((error) => error.pointer).sort()).toEqual(['/mode', '/path', '/secret', '/size']);
    expect(JSON.stringify(errors)).not.toContain('marker');
    expect(check(schema, { path: 'a', mode: 'r' }).length).toBe(1);
  });

  it('says which values are allowed, and names what it does not know, at every depth', () => {
    const unit = { enum: ['m', 'km'] };
    const inner = { type: 'object', properties: { unit }, additionalProperties: false };
    const schema = {
      type: 'object',
      properties: { version: { const: 2 }, 'a/b': inner },
      unevaluatedProperties: false,
    };
    const args = { version: 1, 'a/b': { unit: 'mile', '~x': 1 }, ['long'.repeat(50)]: 1 };
    expect(Object.fromEntries(check(schema, args).map(({ pointer, detail }) => [pointer, detail]))).toEqual({
      '/version': 'must be 2',
      '/a~1b/unit': 'must be one of "m", "km"',
      '/a~1b/~0x': expect.stringMatching(/leave it out$/),
      [`/${'long'.repeat(16)}…`]: expect.stringMatching(/leave it out$/),
    });
  });

  it('is refused when it is not JSON Schema, or points outside itself', () => {
    expect(compileSchema({ type: 'strin' })).toMatchObject({ ok: false });
    expect(compileSchema({ $ref: 'https://example.org/schema.json' })).toMatchObject({ ok: false });
    expect(compileSchema({ typ: 'object' })).toMatchObject({ ok: false });
  });

  it('runs a pattern that would explode in linear time, and refuses what RE2 cannot', () => {
    const schema = { type: 'object', properties: { name: { type: 'string', pattern: '^(a+)+$' } } };
    expect(check(schema, { name: `${'a'.repeat(5_000)}!` })).toHaveLength(1);
    expect(check(schema, { name: 'aaa' })).toEqual([]);
    expect(compileSchema({ type: 'string', pattern: '(?=a)b' })).toMatchObject({ ok: false });
  });
});
