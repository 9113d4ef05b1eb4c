import { describe, expect, it } from 'vitest';
import { backoffMs } from './backoff.ts';

describe('the time between attempts', () => {
  it('doubles, is bounded, and is spread so that many do not come at once', () => {
    const least = [0, 1, 2, 3, 50].map((attempt) => backoffMs(attempt, () => 0));
    const most = [0, 1, 2, 3, 50].map((attempt) => backoffMs(attempt, () => 1));
    expect(least).toEqual([25, 50, 100, 200, 2_500]);
    expect(most).toEqual([50, 100, 200, 400, 5_000]);
  });
});
