import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createPace } from './pace.ts';

/** When each was asked that was wanted at these times, one after another. */
function asked(everyMs: number, burst: number, wanted: readonly number[]): number[] {
  const pace = createPace({ everyMs, burst });
  let now = 0;
  return wanted.map((at) => {
    now = Math.max(now, at);
    now += pace.wait(now);
    return now;
  });
}

it('lets a few pass at once after a while, and the others one after another', () => {
  expect(asked(4, 3, [100, 100, 100, 100, 100, 200, 200])).toEqual([100, 100, 100, 104, 108, 200, 200]);
  expect(asked(50, 1, [0, 1, 60, 200])).toEqual([0, 50, 100, 200]);
});

it('lets the next pass later where many came, and no later where few did', () => {
  const pace = createPace({ everyMs: 4, burst: 3, many: { records: 6, everyMs: 16 } });
  expect(pace.wait(100)).toBe(0);
  pace.brought(5);
  expect(pace.wait(101)).toBe(0);
  pace.brought(6);
  expect(pace.wait(103)).toBe(14);
  pace.brought(40);
  expect(pace.wait(150)).toBe(0);
  pace.brought(1);
  expect(pace.wait(151)).toBe(0);
});

it('lets no more pass in any time than its pace and one burst, and holds nothing back that is slower', () => {
  const times = fc
    .array(fc.integer({ min: 0, max: 500 }), { maxLength: 60 })
    .map((all) => all.sort((a, b) => a - b));
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 1, max: 5 }),
      times,
      (every, burst, wanted) => {
        const got = asked(every, burst, wanted);
        for (const [first, from] of got.entries())
          for (const [last, until] of got.entries())
            expect(last - first).toBeLessThan(burst + Math.max(0, until - from) / every);
        const even = wanted.map((_, index) => index * every);
        expect(asked(every, burst, even)).toEqual(even);
      },
    ),
  );
});
