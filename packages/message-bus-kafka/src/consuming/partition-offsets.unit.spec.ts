import { describe, expect, it } from 'vitest';
import { createPartitionOffsets } from './partition-offsets.ts';

describe('offsets of the assigned partitions', () => {
  const place = { topic: 't', partition: 0 };
  const assigned = () => {
    const offsets = createPartitionOffsets();
    offsets.assign({ t: [0, 1] });
    return offsets;
  };

  it('are to be committed up to the first gap, and once', () => {
    const offsets = assigned();
    offsets.delivered(place, [5, 6, 8], 9);
    expect(offsets.toCommit()).toEqual([]);
    offsets.settled(place, 6);
    offsets.settled(place, 5);
    const commits = offsets.toCommit();
    expect(commits).toEqual([{ ...place, offset: 8 }]);
    offsets.committed(commits);
    expect(offsets.toCommit()).toEqual([]);
    offsets.settled(place, 8);
    expect(offsets.toCommit()).toEqual([{ ...place, offset: 10 }]);
  });

  it('cover a batch that was passed over as a whole', () => {
    const offsets = assigned();
    offsets.delivered(place, [], 3);
    expect(offsets.toCommit()).toEqual([{ ...place, offset: 4 }]);
  });

  it('tell what was fetched a second time, as after a change of leaders', () => {
    const offsets = assigned();
    offsets.delivered(place, [5, 6], 7);
    expect([4, 5, 7, 8].map((offset) => offsets.wasDelivered(place, offset))).toEqual([
      true,
      true,
      true,
      false,
    ]);
    expect(offsets.wasDelivered({ topic: 't', partition: 1 }, 0)).toBe(false);
  });

  it('begin anew with an assignment, and know nothing of partitions that are not assigned', () => {
    const offsets = assigned();
    offsets.delivered(place, [5], 5);
    offsets.settled(place, 5);
    offsets.assign({ t: [1] });
    offsets.settled(place, 5);
    offsets.delivered(place, [6], 6);
    expect(offsets.toCommit()).toEqual([]);
    expect(offsets.has(place)).toBe(false);
    expect(offsets.next({ topic: 't', partition: 1 })).toBeNull();
  });
});
