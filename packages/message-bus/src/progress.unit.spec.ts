import { describe, expect, it } from 'vitest';
import { allReached, createProgress } from './progress.ts';

describe('progress', () => {
  it('has reached what it stands at, without a promise', () => {
    const progress = createProgress(5);
    expect(progress.position()).toBe(5);
    expect(progress.reached(5)).toBeUndefined();
  });

  it('wakes those whose position is reached, and no others', async () => {
    const progress = createProgress(0);
    const woken: number[] = [];
    const waits = [3, 1, 2].map((position) => progress.reached(position)?.then(() => woken.push(position)));
    progress.advance(2);
    await Promise.all([waits[1], waits[2]]);
    expect(woken.sort()).toEqual([1, 2]);
    progress.advance(4);
    await waits[0];
    expect(woken).toContain(3);
  });

  it('waits for all', async () => {
    const one = createProgress(0);
    const two = createProgress(2);
    const order: string[] = [];
    const all = allReached([one, two], 2)?.then(() => order.push('all'));
    order.push('before');
    one.advance(2);
    await all;
    expect(order).toEqual(['before', 'all']);
    expect(allReached([one, two], 2)).toBeUndefined();
    expect(allReached([], 2)).toBeUndefined();
  });
});
