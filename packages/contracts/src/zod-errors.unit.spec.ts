import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { closed } from './closed.ts';
import { actsFor } from './vocabulary/agent.ts';
import { usage } from './vocabulary/call.ts';
import { planEntry } from './vocabulary/plan.ts';
import { givenTime, id } from './vocabulary/scalars.ts';
import { roleAssignment } from './vocabulary/scope.ts';
import { describeZodErrors } from './zod-errors.ts';

const errorsOf = (schema: z.ZodType, value: unknown) => {
  const { error } = schema.safeParse(value);
  return error === undefined ? [] : describeZodErrors(error);
};

describe('describeZodErrors', () => {
  it('reports all errors at once, each with its pointer', () => {
    const errors = errorsOf(usage, { cost_micros: 1.5, input_tokens: -1, task_completed: 'yes' });
    expect(errors).toEqual([
      { pointer: '/cost_micros', detail: 'must be an integer' },
      { pointer: '/input_tokens', detail: 'must be at least 0' },
      { pointer: '/task_completed', detail: 'must be a boolean' },
    ]);
  });

  it('names unknown fields one by one, and the known ones', () => {
    const detail = 'is not a known field; known here: id, name';
    expect(errorsOf(closed({ id, name: z.string() }), { id: 'a', name: '', nam: '', 'a/b~c': 1 })).toEqual([
      { pointer: '/nam', detail },
      { pointer: '/a~1b~0c', detail },
    ]);
  });

  it('tells a missing field from one of the wrong type', () => {
    const schema = closed({ name: z.string(), tags: z.array(z.string()) });
    expect(errorsOf(schema, { tags: 'x' })).toEqual([
      { pointer: '/name', detail: 'is required: a string' },
      { pointer: '/tags', detail: 'must be an array' },
    ]);
  });

  it('says how long, how many and which', () => {
    const schema = closed({ a: z.string().max(2), b: z.array(z.int()).max(1), c: z.enum(['x', 'y']) });
    expect(errorsOf(schema, { a: 'abc', b: [1, 2], c: 'z' })).toEqual([
      { pointer: '/a', detail: 'must be at most 2 characters long' },
      { pointer: '/b', detail: 'must be at most 1 items long' },
      { pointer: '/c', detail: 'must be one of "x", "y"' },
    ]);
  });

  it('follows the alternative that was meant, or names all', () => {
    expect(errorsOf(actsFor, ['alice', 'Bob'])).toMatchObject([{ pointer: '/1' }]);
    expect(errorsOf(actsFor, ['alice', 3])).toEqual([{ pointer: '/1', detail: 'must be a string' }]);
    expect(errorsOf(actsFor, 'all')).toEqual([
      { pointer: '', detail: 'must be "any" or an array of user ids' },
    ]);
    expect(errorsOf(planEntry, { counters: { tool_calls: [{ limit: 1, free: 2 }] } })).toEqual([
      { pointer: '/counters/tool_calls/0/free', detail: 'must be at most limit' },
    ]);
    expect(errorsOf(planEntry, { counters: { tool_calls: { limt: 1 } } })).toMatchObject([
      { pointer: '/counters/tool_calls/limt' },
    ]);
  });

  it('names the catalogue where a name is not in it', () => {
    const [error] = errorsOf(planEntry, { flags: { rback: true } });
    expect(error).toEqual({
      pointer: '/flags/rback',
      detail: 'is not a known name; known here: rbac, access, domains, sso',
    });
  });

  it('keeps the words of a rule of its own', () => {
    expect(errorsOf(roleAssignment, { scope: {}, role: 'owner' })).toEqual([
      { pointer: '/scope', detail: 'must name exactly one of organization, workspace, project' },
    ]);
    for (const none of ['2026-02-30T00:00:00Z', '2026-11-21T12:00:00+01:00', '2026-11-21T12:00:00', 'soon'])
      expect(errorsOf(givenTime, none)).toEqual([
        { pointer: '', detail: expect.stringContaining('UTC time that exists') },
      ]);
  });

  it('takes UTC however it is written, and writes it in one way', () => {
    for (const given of [
      '12:00:00Z',
      '12:00:00.000Z',
      '12:00:00+00:00',
      '12:00:00-00:00',
      '12:00:00.0001+00:00',
    ])
      expect(givenTime.parse(`2026-11-21T${given}`)).toBe('2026-11-21T12:00:00.000Z');
  });

  it('answers at most a hundred errors, with names that are cut', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`${n}${'x'.repeat(1_000)}`, n]));
    const errors = errorsOf(closed({}), many);
    expect(errors).toHaveLength(100);
    expect(Math.max(...errors.map(({ pointer }) => pointer.length))).toBeLessThan(80);
  });

  it('never repeats a value', () => {
    const secret = 'cs_secret-value';
    const texts = fc.constantFrom(secret, [secret], { a: secret }, [[secret]], { arguments: [secret] });
    fc.assert(
      fc.property(
        texts,
        fc.constantFrom(id, usage, actsFor, planEntry, roleAssignment, givenTime),
        (value, schema) => {
          expect(JSON.stringify(errorsOf(schema, value))).not.toContain(secret);
        },
      ),
    );
  });
});
