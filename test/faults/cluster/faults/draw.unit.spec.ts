import { seededRandom } from '@countersign/testing';
import { expect, it } from 'vitest';
import { drawFaults } from './draw.ts';

const names = (seed: number, kills: number) => drawFaults(seededRandom(seed), kills).map(({ name }) => name);
const kindOf = (name: string) => name.split(' ')[0]!;

it('are as many kills as wanted, with one of each other kind for every four', () => {
  const counts = Object.groupBy(names(1, 8), kindOf);
  expect(Object.entries(counts).map(([kind, { length } = []]) => [kind, length])).toEqual(
    expect.arrayContaining([
      ['kill', 8],
      ['pause', 2],
      ['rebalance', 2],
      ['redeliver', 2],
      ['switch', 2],
    ]),
  );
});

it('are every fault there is where there are enough, and none twice before', () => {
  const drawn = names(7, 16);
  const others = drawn.filter((name) => kindOf(name) !== 'kill' && kindOf(name) !== 'switch');
  expect(new Set(others).size).toBe(others.length);
  expect(new Set(drawn).size).toBe(8 + 3 * 4 + 1);
});

it('are the same for the same seed', () => {
  expect(names(3, 20)).toEqual(names(3, 20));
  expect(names(3, 20)).not.toEqual(names(4, 20));
});
