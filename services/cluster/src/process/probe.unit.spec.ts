import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createProbe } from './probe.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const settled = () => vi.advanceTimersByTimeAsync(0);

describe('a probe', () => {
  it('knows of nothing that it answers before it has, and asks at once', async () => {
    const answer = Promise.withResolvers<null>();
    const probe = createProbe(() => answer.promise);
    expect(probe.problem()).toBe('has not answered yet');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(probe.problem()).toBe('has not answered yet');
    answer.resolve(null);
    await settled();
    expect(probe.problem()).toBeNull();
    probe.close();
  });

  it('tells what came of it when it was asked last', async () => {
    const answers = [async () => 'is sealed', () => Promise.reject(new Error('cut off')), async () => null];
    const probe = createProbe(() => answers.shift()!(), 100);
    const told: (string | null)[] = [];
    for (let asked = 0; asked < 3; asked += 1) {
      await settled();
      told.push(probe.problem());
      await vi.advanceTimersByTimeAsync(answers.length > 0 ? 100 : 0);
    }
    expect(told).toEqual(['is sealed', 'cut off', null]);
    probe.close();
  });
});
