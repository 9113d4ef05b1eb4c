import { problem } from '@countersign/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fillPage, PAGE_BYTES, type PageEntries, page } from './page.ts';

interface Entry {
  readonly key: string;
  readonly text: string;
}

const keyOf = ({ key }: Entry) => key;
const byItself = (entry: Entry) => entry;
const named = (...keys: string[]): Entry[] => keys.map((key) => ({ key, text: '' }));
const bytesOf = (entry: Entry) => Buffer.byteLength(JSON.stringify(entry));

/** Texts of which one to many fill a page: `parts` of them do, or a few characters more. */
const entry = fc.record({
  key: fc.string({ minLength: 1, maxLength: 3 }),
  text: fc
    .tuple(fc.constantFrom(0.4, 1, 2, 3, 7, 50, 4_000), fc.integer({ min: 0, max: 40 }))
    .map(([parts, more]) => 'x'.repeat(Math.floor(PAGE_BYTES / parts) + more)),
});
const sorted = fc
  .uniqueArray(entry, { selector: keyOf, maxLength: 25 })
  .map((all) => all.sort((a, b) => (a.key < b.key ? -1 : 1)));

/** How many items the first page has: the item with which it has its text, or its number, is the last. */
function expectedLength(entries: readonly Entry[], limit: number): number {
  let bytes = 0;
  let length = 0;
  for (const one of entries) {
    if (length === limit || bytes >= PAGE_BYTES) break;
    length += 1;
    bytes += bytesOf(one);
  }
  return length;
}

describe('pages of a list', () => {
  it('are together the list in order, each as long as the number and the size of its items let it be', async () => {
    await fc.assert(
      fc.asyncProperty(sorted, fc.integer({ min: 1, max: 12 }), async (entries, limit) => {
        let rest = entries;
        let after: string | undefined;
        do {
          const { items, next } = await page(entries, { limit, after }, keyOf, byItself);
          const expected = rest.slice(0, expectedLength(rest, limit));
          expect(items.map(keyOf)).toEqual(expected.map(keyOf));
          rest = rest.slice(expected.length);
          expect(next).toBe(rest.length === 0 ? null : expected.at(-1)?.key);
          after = next ?? undefined;
        } while (after !== undefined);
        expect(rest).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('of one item each, where each has more text than a page', async () => {
    const large = named('a', 'b').map((one) => ({ ...one, text: 'x'.repeat(PAGE_BYTES) }));
    expect(await page(large, { limit: 10 }, keyOf, byItself)).toEqual({ items: [large[0]], next: 'a' });
    expect(await page(large, { limit: 10, after: 'a' }, keyOf, byItself)).toEqual({
      items: [large[1]],
      next: null,
    });
  });

  it('go on after a key that is gone since', async () => {
    const { items } = await page(named('a', 'c', 'd'), { limit: 2, after: 'b' }, keyOf, byItself);
    expect(items.map(keyOf)).toEqual(['c', 'd']);
  });

  it('show each entry as it is to be shown, and nothing that is not', async () => {
    const shown: string[] = [];
    const { items, next } = await page(named('a', 'b', 'c'), { limit: 2 }, keyOf, ({ key }) => {
      shown.push(key);
      return { key: key.toUpperCase() };
    });
    expect([items, next, shown]).toEqual([[{ key: 'A' }, { key: 'B' }], 'b', ['a', 'b']]);
  });

  it('open only what lies next to each other, and let others have their turn in between', async () => {
    const keys = Array.from({ length: 100 }, (_, index) => String(index).padStart(3, '0'));
    let underWay = 0;
    let most = 0;
    let sinceTurn = 0;
    let longest = 0;
    const tick = (): void => {
      sinceTurn = 0;
      turn = setImmediate(tick);
    };
    let turn = setImmediate(tick);
    await page(named(...keys), { limit: 100 }, keyOf, async (one) => {
      underWay += 1;
      most = Math.max(most, underWay);
      sinceTurn += 1;
      longest = Math.max(longest, sinceTurn);
      await Promise.resolve();
      underWay -= 1;
      return one;
    });
    clearImmediate(turn);
    expect(most).toBeLessThanOrEqual(8);
    expect(longest).toBeLessThanOrEqual(8);
  });

  it('are the problem of the first entry that can not be shown', async () => {
    const closed = problem('unavailable', 'it can not be opened');
    const shown = await page(named('a', 'b'), { limit: 2 }, keyOf, (one) => (one.key === 'b' ? closed : one));
    expect(shown).toBe(closed);
  });

  it('go on from where was looked, where not everything was', async () => {
    async function* looked(...entries: Entry[]): PageEntries<Entry> {
      yield* entries;
      return 'm';
    }
    expect(await fillPage(looked(), 2, keyOf, byItself)).toEqual({ items: [], next: 'm' });
    expect(await fillPage(looked(...named('a', 'b')), 2, keyOf, byItself)).toMatchObject({ next: 'm' });
    expect(await fillPage(looked(...named('a', 'b', 'c')), 2, keyOf, byItself)).toMatchObject({ next: 'b' });
  });
});
