import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createStallGuard, END_AFTER_MS } from './stall-guard.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** What the guard finds and does; both are changed by the cases. */
function guarded() {
  const stage = { still: [] as string[], outage: false, ends: [] as string[] };
  const guard = createStallGuard({
    standStill: () => stage.still,
    isOutage: () => stage.outage,
    end: ({ message }) => stage.ends.push(message),
  });
  return Object.assign(stage, { close: guard.close });
}
/** Less than the guard waits, by one look. */
const ALMOST_MS = END_AFTER_MS - 5_000;

describe('K11: a group that stands still', () => {
  it('ends the process when it has not gone on by itself', () => {
    const stage = guarded();
    stage.still = ['policy-engine.evaluate.v1'];
    vi.advanceTimersByTime(ALMOST_MS);
    expect(stage.ends).toEqual([]);
    vi.advanceTimersByTime(5_000);
    expect(stage.ends).toEqual([
      expect.stringContaining('group "policy-engine.evaluate.v1" has records to go and does not move'),
    ]);
    stage.close();
  });

  it('does not where it goes on, or another group stands still instead', () => {
    const stage = guarded();
    for (let round = 0; round < 4; round += 1) {
      stage.still = [round % 2 === 0 ? 'one' : 'two'];
      vi.advanceTimersByTime(ALMOST_MS);
      stage.still = [];
      vi.advanceTimersByTime(round === 0 ? 5_000 : 0);
    }
    expect(stage.ends).toEqual([]);
    stage.close();
  });

  it('does not while something outside is away, nor at once when that has come back', () => {
    const stage = guarded();
    stage.still = ['one'];
    stage.outage = true;
    vi.advanceTimersByTime(10 * END_AFTER_MS);
    stage.outage = false;
    vi.advanceTimersByTime(ALMOST_MS);
    expect(stage.ends).toEqual([]);
    stage.still = [];
    vi.advanceTimersByTime(END_AFTER_MS);
    expect(stage.ends).toEqual([]);
    stage.close();
  });

  it('is not taken for one by a process that was stopped and goes on: it looks once', () => {
    const stage = guarded();
    stage.still = ['one'];
    vi.advanceTimersByTime(5_000);
    vi.setSystemTime(Date.now() + 100 * END_AFTER_MS);
    vi.advanceTimersByTime(5_000);
    expect(stage.ends).toEqual([]);
    stage.close();
  });
});
