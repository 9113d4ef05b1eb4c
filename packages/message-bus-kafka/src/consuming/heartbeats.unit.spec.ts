import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { withHeartbeats } from './heartbeats.ts';

describe('K4: heartbeats while a consumer works', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('go on for as long as it takes, longer than a session', async () => {
    const work = Promise.withResolvers<void>();
    let beats = 0;
    const beat = async () => {
      beats += 1;
    };
    const waiting = withHeartbeats(work.promise, beat, 1_000);
    await vi.advanceTimersByTimeAsync(60_500);
    expect(beats).toBe(60);
    work.resolve();
    await waiting;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(beats).toBe(60);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('end the waiting, not the work, when the group is rebalancing', async () => {
    const rebalancing = new Error('The group is rebalancing');
    const work = Promise.withResolvers<void>();
    const waiting = withHeartbeats(work.promise, () => Promise.reject(rebalancing), 1_000);
    const told = expect(waiting).rejects.toBe(rebalancing);
    await vi.advanceTimersByTimeAsync(1_000);
    await told;
    work.resolve();
  });

  it('wait for nothing that is done', async () => {
    const beat = vi.fn();
    await withHeartbeats(Promise.resolve(), beat, 1_000);
    expect(beat).not.toHaveBeenCalled();
  });
});
