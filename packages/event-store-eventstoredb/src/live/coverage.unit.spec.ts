import { describe, expect, it } from 'vitest';
import { createCoverage } from './coverage.ts';

describe('what the feed covers', () => {
  it('is known per category, from where it was first asked for', () => {
    const coverage = createCoverage();
    coverage.add(['tool'], 5);
    coverage.add(['tool', 'user'], 9);
    expect(coverage.since(['tool'])).toBe(5);
    expect(coverage.since(['tool', 'user'])).toBe(9);
    expect(coverage.since(['order'])).toBeNull();
    expect(coverage.since(undefined)).toBeNull();
    expect(coverage.since([])).toBe(0);
    expect(coverage.followed).toEqual(['tool', 'user']);
  });

  it('of everything holds for each category, as long as somebody wants everything', () => {
    const coverage = createCoverage();
    coverage.add(undefined, 5);
    coverage.add(['tool'], 9);
    expect(coverage.since(['tool'])).toBe(5);
    expect(coverage.followed).toBeUndefined();
    coverage.keep([['tool']]);
    expect(coverage.since(['tool'])).toBe(9);
    expect(coverage.since(undefined)).toBeNull();
    expect(coverage.followed).toEqual(['tool']);
  });
});
