import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRecentlyUsed } from './recently-used.ts';

type Step = { kind: 'get' | 'set' | 'delete'; key: string };
const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('get', 'set', 'set', 'delete'),
  key: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'),
});

describe('the values used last', () => {
  it('are there, each as it was set last, and never more than the bound', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 6 }), (steps, bound) => {
        const forgotten = new Map<string, number>();
        const cache = createRecentlyUsed<number>(bound, (key, value) => forgotten.set(key, value));
        /** Everything that was set and not deleted. */
        const all = new Map<string, number>();
        /** Keys by their last use; what was deleted has used its place. */
        let uses: string[] = [];
        const use = (key: string) => {
          uses = [...uses.filter((one) => one !== key), key];
        };
        for (const [at, { kind, key }] of steps.entries()) {
          const known = all.get(key);
          if (kind !== 'get') forgotten.delete(key);
          if (kind === 'get') {
            const found = cache.get(key);
            const used = uses.slice(-Math.max(1, Math.floor(bound / 2)));
            expect(used.includes(key) ? found : (found ?? known)).toBe(known);
            if (found === undefined) continue;
            use(key);
          } else {
            all.delete(key);
            if (kind === 'set') all.set(key, at);
            if (kind === 'delete') cache.delete(key);
            else {
              cache.set(key, at);
              use(key);
            }
          }
          const values = [...cache.values()];
          expect(values.length).toBeLessThanOrEqual(bound);
          // Each value is set once: what was set and not deleted is here or was told to have been forgotten, never both.
          expect([...values, ...forgotten.values()].sort()).toEqual([...all.values()].sort());
        }
      }),
    );
  });

  it('are one, where the bound is one', () => {
    const cache = createRecentlyUsed<string>(1);
    cache.set('a', 'first');
    cache.set('a', 'second');
    expect([...cache.values()]).toEqual(['second']);
    cache.set('b', 'third');
    expect([...cache.values()]).toEqual(['third']);
    expect(cache.get('a')).toBeUndefined();
  });
});
