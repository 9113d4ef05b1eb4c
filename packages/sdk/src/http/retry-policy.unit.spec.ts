import { describe, expect, it } from 'vitest';
import { DEFAULT_RETRY_POLICY, pauseBefore } from './retry-policy.ts';

const policy = { ...DEFAULT_RETRY_POLICY, baseDelayMs: 100, maxDelayMs: 1_000 };

describe('pauseBefore', () => {
  it('doubles its mean with every failure, up to the longest pause', () => {
    const middle = (failures: number) => pauseBefore(policy, failures, 0, 0.5);
    expect([1, 2, 3, 4, 5, 2_000].map(middle)).toEqual([100, 200, 400, 800, 1_000, 1_000]);
  });

  it('lies between half and one and a half of the mean', () => {
    expect(pauseBefore(policy, 1, 0, 0)).toBe(50);
    expect(pauseBefore(policy, 1, 0, 0.999)).toBeCloseTo(149.9);
  });

  it('is never shorter than the server asks, even beyond the longest pause', () => {
    expect(pauseBefore(policy, 1, 30_000, 0.5)).toBe(30_000);
    expect(pauseBefore(policy, 4, 10, 0.5)).toBe(800);
  });
});
