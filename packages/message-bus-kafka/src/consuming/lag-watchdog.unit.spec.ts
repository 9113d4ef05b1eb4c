import { describe, expect, it } from 'vitest';
import { createLagWatchdog, type PartitionLag } from './lag-watchdog.ts';

describe('K11: the lag watchdog', () => {
  const at = (committed: number | null, end: number, partition = 0): PartitionLag => ({
    topic: 'samples',
    partition,
    begin: 0,
    end,
    committed,
  });
  const watched = () => {
    let nowMs = 0;
    const watchdog = createLagWatchdog({ stalledAfterMs: 30, now: () => nowMs });
    return {
      after(ms: number, ...partitions: PartitionLag[]) {
        nowMs += ms;
        watchdog.observe(partitions);
        return watchdog.late();
      },
      lag: watchdog.lag,
      standsStill: watchdog.standsStill,
    };
  };

  it('finds a partition with records to go that does not move', () => {
    const { after } = watched();
    expect(after(0, at(3, 5))).toEqual([]);
    expect(after(29, at(3, 9))).toEqual([]);
    expect(after(1, at(3, 9))).toEqual([{ topic: 'samples', partition: 0, lag: 6, forMs: 30 }]);
    expect(after(1, at(5, 9))).toEqual([]);
  });

  it('finds one that moves and does not get to what was there: moving is not keeping up', () => {
    const { after, lag, standsStill } = watched();
    after(0, at(0, 100));
    for (let looked = 1; looked <= 3; looked += 1) after(10, at(10 * looked, 100 + 100 * looked));
    expect(after(0, at(40, 400))).toEqual([{ topic: 'samples', partition: 0, lag: 360, forMs: 30 }]);
    expect([lag(), standsStill()]).toEqual([360, false]);
    expect(after(9, at(100, 500))).toEqual([]);
    expect(after(1, at(100, 500))).toEqual([{ topic: 'samples', partition: 0, lag: 400, forMs: 30 }]);
  });

  it('calls a group still where nothing that has records to go has moved', () => {
    const { after, standsStill } = watched();
    after(0, at(3, 5, 0), at(0, 9, 1), at(7, 7, 2));
    after(29, at(3, 5, 0), at(0, 9, 1), at(7, 7, 2));
    expect(standsStill()).toBe(false);
    after(1, at(3, 5, 0), at(1, 9, 1), at(7, 7, 2));
    expect(standsStill()).toBe(false);
    after(29, at(3, 5, 0), at(1, 9, 1), at(7, 7, 2));
    expect(standsStill()).toBe(false);
    after(1, at(3, 5, 0), at(1, 9, 1), at(7, 7, 2));
    expect(standsStill()).toBe(true);
    after(1, at(3, 5, 0), at(9, 9, 1), at(7, 7, 2));
    expect(standsStill()).toBe(true);
    after(1, at(5, 5, 0), at(9, 9, 1), at(7, 7, 2));
    expect(standsStill()).toBe(false);
  });

  it('finds a group that has committed nothing at all', () => {
    const { after } = watched();
    after(0, at(null, 2));
    expect(after(30, at(null, 2))).toHaveLength(1);
  });

  it('counts from the first record to go, not from the last that was handled', () => {
    const { after } = watched();
    after(0, at(5, 5));
    after(1_000, at(5, 5));
    expect(after(10, at(5, 6))).toEqual([]);
    expect(after(29, at(5, 6))).toEqual([]);
    expect(after(1, at(5, 6))).toHaveLength(1);
  });

  it('does not count records that are no longer kept', () => {
    const { after } = watched();
    const gone = { ...at(null, 5), begin: 5 };
    after(0, gone);
    expect(after(100, gone)).toEqual([]);
  });

  it('tells each partition on its own, and forgets those that have gone', () => {
    const { after } = watched();
    after(0, at(0, 1, 0), at(0, 1, 1));
    expect(after(40, at(1, 1, 0), at(0, 1, 1)).map(({ partition }) => partition)).toEqual([1]);
    expect(after(40, at(0, 2, 0))).toEqual([]);
  });
});
