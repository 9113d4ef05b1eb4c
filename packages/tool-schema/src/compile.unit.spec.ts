import { describe, expect, it } from 'vitest';
import { compileSchema } from './compile.ts';

const check = (schema: object, args: unknown) => {
  const compiled = compileSchema(schema);
  if (!compiled.ok) throw new Error(compiled.detail);
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
    expect(errors.map((error) => error.pointer).sort()).toEqual(['', '/mode', '/path', '/size']);
    expect(JSON.stringify(errors)).not.toContain('marker');
    expect(check(schema, { path: 'a', mode: 'r' }).length).toBe(1);
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
