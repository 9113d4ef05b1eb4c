import { keyOf, type Partition } from './partition-offsets.ts';

/** A partition as it is seen from outside the client that consumes it. */
export interface PartitionLag extends Partition {
  /** Where the next record will stand. */
  readonly end: number;
  /** The first record that is kept. */
  readonly begin: number;
  /** Where the group would go on; `null` if it has committed nothing. */
  readonly committed: number | null;
}

interface StalledPartition extends Partition {
  readonly lag: number;
  readonly forMs: number;
}

/** Finds partitions with messages to go whose group does not move, whatever its client believes of itself (K11). */
export interface LagWatchdog {
  observe(partitions: readonly PartitionLag[]): void;
  stalled(): StalledPartition[];
}

/** Records of a partition that the group has not settled. */
export function lagOf({ begin, end, committed }: PartitionLag): number {
  return Math.max(0, end - Math.max(begin, committed ?? 0));
}

/** Looks at committed offsets alone: a client that has stopped does not know that it has. */
export function createLagWatchdog(options: {
  readonly stalledAfterMs: number;
  readonly now: () => number;
}): LagWatchdog {
  const { stalledAfterMs, now } = options;
  let seen = new Map<string, { at: PartitionLag; movedMs: number }>();
  return {
    observe(partitions) {
      const before = seen;
      seen = new Map(
        partitions.map((at) => {
          const last = before.get(keyOf(at));
          const stands = last && last.at.committed === at.committed && lagOf(last.at) > 0;
          return [keyOf(at), { at, movedMs: stands ? last.movedMs : now() }];
        }),
      );
    },
    stalled: () =>
      [...seen.values()].flatMap(({ at, movedMs }) => {
        const lag = lagOf(at);
        const forMs = now() - movedMs;
        if (lag === 0 || forMs < stalledAfterMs) return [];
        return [{ topic: at.topic, partition: at.partition, lag, forMs }];
      }),
  };
}
