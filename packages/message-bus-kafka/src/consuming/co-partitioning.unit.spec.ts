import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignPartitions } from './co-partitioning.ts';

describe('K6: the co-partitioning assigner', () => {
  it('gives every partition to one member, the same one for all topics, and spreads them evenly', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 20 }),
        fc.uniqueArray(fc.stringMatching(/^[a-z]{1,8}$/), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 40 }),
        (members, topics, count) => {
          const assigned = assignPartitions(
            members,
            topics,
            topics.map(() => count),
          );
          expect(new Set(assigned.keys())).toEqual(new Set(members));
          const shares = [...assigned.values()].map((assignment) => {
            const [first, ...rest] = topics.map((topic) => assignment[topic]!);
            for (const other of rest) expect(other).toEqual(first);
            return first!;
          });
          const all = Array.from({ length: count }, (_, partition) => partition);
          expect(shares.flat().sort((a, b) => a - b)).toEqual(all);
          const sizes = shares.map((share) => share.length);
          expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  it('does not depend on the order in which members are told', () => {
    expect(assignPartitions(['b', 'a'], ['t'], [3])).toEqual(assignPartitions(['a', 'b'], ['t'], [3]));
  });

  it('refuses topics that are not partitioned alike, and names them', () => {
    expect(() => assignPartitions(['a'], ['one', 'two'], [3, 12])).toThrow('one has 3, two has 12');
  });
});
