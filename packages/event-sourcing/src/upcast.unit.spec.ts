import { describe, expect, it } from 'vitest';
import { upcasting } from './upcast.ts';

const split = {
  from: 'user.named.v1',
  to: 'user.named.v2',
  upcast: ({ name }: { readonly [key: string]: unknown }) => {
    const [first = '', last = ''] = String(name).split(' ');
    return { first, last };
  },
};
const shout = {
  from: 'user.named.v2',
  to: 'user.named.v3',
  upcast: (data: { readonly [key: string]: unknown }) => ({
    ...data,
    first: String(data.first).toUpperCase(),
    last: '',
  }),
};

describe('upcasting', () => {
  it('chains steps up to the newest version, in whatever order they are given', () => {
    const old = { type: 'user.named.v1', data: { name: 'Ada Lovelace' }, position: 7 };
    const newest = { type: 'user.named.v3', data: { first: 'ADA', last: '' }, position: 7 };
    expect(upcasting([split, shout])(old)).toEqual(newest);
    expect(upcasting([shout, split])(old)).toEqual(newest);
  });

  it('starts in the middle of a chain', () => {
    const event = { type: 'user.named.v2', data: { first: 'Ada', last: 'Lovelace' } };
    expect(upcasting([split, shout])(event).data).toEqual({ first: 'ADA', last: '' });
  });

  it('passes unknown types unchanged, as the same object', () => {
    const event = { type: 'other.v1', data: { a: 1 } };
    expect(upcasting([split])(event)).toBe(event);
  });

  it('does not change the stored event', () => {
    const event = { type: 'user.named.v1', data: { name: 'Ada Lovelace' } };
    upcasting([split])(event);
    expect(event).toEqual({ type: 'user.named.v1', data: { name: 'Ada Lovelace' } });
  });

  it('refuses two steps from one type', () => {
    expect(() => upcasting([split, { ...split, to: 'user.renamed.v1' }])).toThrow(/two upcasters start from/);
  });

  it('refuses circles of any length', () => {
    const back = { from: 'user.named.v3', to: 'user.named.v1', upcast: () => ({}) };
    expect(() => upcasting([{ from: 'a', to: 'a', upcast: () => ({}) }])).toThrow(/circle/);
    expect(() => upcasting([split, shout, back])).toThrow(/circle/);
  });
});
