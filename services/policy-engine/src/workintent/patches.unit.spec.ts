import { describe, expect, it } from 'vitest';
import { applyPatches } from './patches.ts';

const set = (path: string, value?: unknown) => ({ op: 'set', path, value }) as never;
const append = (path: string, value?: unknown) => ({ op: 'append', path, value }) as never;
const remove = (path: string, value?: unknown) => ({ op: 'remove', path, value }) as never;

describe('patches of a state', () => {
  it.each([
    ['set what is not there', {}, [set('a', 1)], { a: 1 }],
    ['set what is there, null too', { a: 1 }, [set('a', null)], { a: null }],
    ['set deep, making what is on the way', { a: { b: 1 } }, [set('a/c/d', 2)], { a: { b: 1, c: { d: 2 } } }],
    ['append to a list, and make one', { a: [1] }, [append('/a', 2), append('b', 3)], { a: [1, 2], b: [3] }],
    [
      'remove, also what is not there',
      { a: 1, b: { c: 1 } },
      [remove('a'), remove('b/c'), remove('x/y')],
      { b: {} },
    ],
    ['apply one after the other', {}, [set('a', 1), set('a', 2), remove('b')], { a: 2 }],
  ])('%s', (_, state, patches, expected) => {
    const before = structuredClone(state);
    expect(applyPatches(state, patches)).toEqual(expected);
    expect(state).toEqual(before);
  });

  it.each([
    [{ a: 1 }, [set('a/b', 1)], 0, 'path: a is no object'],
    [{ a: {} }, [append('a', 1)], 0, 'path: a is no list'],
    [{}, [set('ok', 1), set('/', 1)], 1, 'path: must name something in the state'],
    [{}, [set('a')], 0, 'value: is required with set'],
    [{}, [remove('a', 1)], 0, 'value: is not taken with remove'],
  ])('are refused where they do not fit: %o', (state, patches, index, detail) => {
    expect(applyPatches(state, patches)).toEqual([{ index, detail }]);
  });

  it('reach no prototype', () => {
    const changed = applyPatches({}, [set('__proto__/polluted', true), set('constructor', 1)]);
    expect(Object.keys(changed)).toEqual(['__proto__', 'constructor']);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});
