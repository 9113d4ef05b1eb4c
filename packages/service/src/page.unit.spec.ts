import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { page } from './page.ts';

const byItself = (entry: string) => entry;
const sorted = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 3 })).map((all) => all.sort());

describe('pages of a list', () => {
  it('are together the list, each full except the last', () => {
    fc.assert(
      fc.property(sorted, fc.integer({ min: 1, max: 7 }), (entries, limit) => {
        const collected: string[] = [];
        let after: string | undefined;
        do {
          const { items, next } = page(entries, { limit, after }, byItself, byItself);
          collected.push(...items);
          expect(items.length === limit || next === null).toBe(true);
          if (next !== null) expect(next).toBe(items.at(-1));
          after = next ?? undefined;
        } while (after !== undefined);
        expect(collected).toEqual(entries);
      }),
    );
  });

  it('go on after a key that is gone since', () => {
    const { items } = page(['a', 'c', 'd'], { limit: 2, after: 'b' }, byItself, byItself);
    expect(items).toEqual(['c', 'd']);
  });

  it('show each entry as it is to be shown, and nothing that is not', () => {
    const shown: string[] = [];
    const { items, next } = page(['a', 'b', 'c'], { limit: 2 }, byItself, (entry) => {
      shown.push(entry);
      return entry.toUpperCase();
    });
    expect([items, next, shown]).toEqual([['A', 'B'], 'b', ['a', 'b']]);
  });
});
