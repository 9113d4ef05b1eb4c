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

  it('weigh no more than the bound, where they are weighed, but for the one set last', () => {
    const weighing = fc.record({
      kind: fc.constantFrom('get', 'set', 'set', 'grow', 'delete'),
      key: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'),
      weight: fc.integer({ min: 1, max: 30 }),
    });
    fc.assert(
      fc.property(fc.array(weighing, { maxLength: 80 }), fc.integer({ min: 2, max: 60 }), (steps, bound) => {
        const half = Math.max(1, Math.floor(bound / 2));
        const cache = createRecentlyUsed<{ readonly key: string; weight: number }>(
          bound,
          undefined,
          (value) => value.weight,
        );
        /** By their last use, with the most that each has weighed; what was deleted has used its place. */
        let uses: { readonly key: string | null; readonly weight: number }[] = [];
        for (const { kind, key, weight } of steps) {
          const found = cache.get(key);
          if (found === undefined && kind !== 'set') continue;
          if (kind === 'delete') {
            cache.delete(key);
            uses = uses.map((use) => (use.key === key ? { ...use, key: null } : use));
            continue;
          }
          if (kind === 'set') cache.set(key, { key, weight });
          if (kind === 'grow' && found)
            cache.set(key, Object.assign(found, { weight: found.weight + weight }));
          const kept = new Map([...cache.values()].map((value) => [value.key, value.weight]));
          const weights = [...kept.values()];
          expect(weights.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(2 * Math.max(half, ...weights));
          const before = uses.find((use) => use.key === key)?.weight ?? 0;
          uses = [
            ...uses.filter((use) => use.key !== key),
            { key, weight: Math.max(before, kept.get(key) ?? 0) },
          ];
          // The one used last, and as many before it as weigh half of the bound together.
          let last = 0;
          for (const use of uses.toReversed()) {
            last += use.weight;
            if (last > half && last > use.weight) break;
            if (use.key !== null) expect(kept.has(use.key)).toBe(true);
          }
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
