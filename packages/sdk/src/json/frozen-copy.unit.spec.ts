import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frozenCopy } from './frozen-copy.ts';

const errorsOf = (value: unknown) => {
  const copy = frozenCopy(value);
  return copy.ok ? [] : copy.errors;
};

describe('frozenCopy', () => {
  it('is what JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        const copy = frozenCopy(value);
        expect(copy.ok && JSON.stringify(copy.value)).toBe(JSON.stringify(value));
      }),
    );
  });

  it('cannot be changed at any depth, nor through the original', () => {
    const original = { list: [{ name: 'a' }] };
    const copy = frozenCopy(original);
    original.list[0]!.name = 'b';
    expect(copy).toEqual({ ok: true, value: { list: [{ name: 'a' }] } });
    const { list } = (copy as unknown as { value: { list: { name: string }[] } }).value;
    expect(() => list.push({ name: 'c' })).toThrow(TypeError);
    expect(() => {
      list[0]!.name = 'c';
    }).toThrow(TypeError);
  });

  it('leaves out members that are undefined, and keeps one named __proto__', () => {
    const value = Object.assign(JSON.parse('{"__proto__":{"a":1}}'), { gone: undefined });
    expect(JSON.stringify((frozenCopy(value) as { value: unknown }).value)).toBe('{"__proto__":{"a":1}}');
  });

  it('names every place that is not JSON', () => {
    const value = {
      'a/b': Number.NaN,
      list: [1, undefined, () => 1],
      when: new Date(0),
      big: 1n,
      map: new Map(),
    };
    expect(errorsOf(value).map(({ pointer }) => pointer)).toEqual([
      '/a~1b',
      '/list/1',
      '/list/2',
      '/when',
      '/big',
      '/map',
    ]);
  });

  it('ends at a value that refers to itself', () => {
    const value: Record<string, unknown> = {};
    value.self = value;
    expect(errorsOf(value)).toEqual([
      expect.objectContaining({ detail: 'is nested too deeply, or refers to itself' }),
    ]);
  });

  it('takes objects without a prototype for plain ones, and objects of classes not', () => {
    expect(frozenCopy(Object.assign(Object.create(null), { a: 1 }))).toEqual({ ok: true, value: { a: 1 } });
    class Path {
      readonly path = '/tmp';
    }
    expect(errorsOf(new Path())).toHaveLength(1);
  });
});
