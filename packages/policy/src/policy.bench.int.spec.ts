import { expect, it } from 'vitest';
import { benchPolicy } from './policy.bench.ts';

it('the benchmark compares what it says it compares', async () => {
  const results = await benchPolicy(1, 5);
  expect(results.map(({ name, target }) => [name, target])).toEqual([
    ['policy: 100 rules, 10 apply by selector', 0.7],
    ['policy: 100 rules, 10 apply by selector', undefined],
    ['policy: the default policy', undefined],
  ]);
  for (const { figure, floor, ratio } of results) expect(ratio).toBeCloseTo(figure / floor);
});
