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

interface LatePartition extends Partition {
  readonly lag: number;
  /** How long the first of its records waits, as far as was seen. */
  readonly forMs: number;
}

/** Finds partitions whose records wait, and groups that do not move, whatever their client believes of itself (K11). */
export interface LagWatchdog {
  observe(partitions: readonly PartitionLag[]): void;
  /** Records that the group has not settled, when it was last looked. */
  lag(): number;
  /** Partitions with records that were there that long ago, whether the group moves or not. */
  late(): LatePartition[];
  /** No partition that has records to go has moved for that long. */
  standsStill(): boolean;
}

/** Records of a partition that the group has not settled. */
export function lagOf({ end, ...at }: PartitionLag): number {
  return Math.max(0, end - settledTo(at));
}

function settledTo({ begin, committed }: Pick<PartitionLag, 'begin' | 'committed'>): number {
  return Math.max(begin, committed ?? 0);
}

interface Watched {
  readonly at: PartitionLag;
  readonly movedMs: number;
  /** Where the partition ended when it was looked at, as long as the group has not got there. */
  readonly ends: readonly { readonly end: number; readonly seenMs: number }[];
}

/** Looks at committed offsets alone: a client that has stopped does not know that it has. */
export function createLagWatchdog(options: {
  readonly stalledAfterMs: number;
  readonly now: () => number;
}): LagWatchdog {
  const { stalledAfterMs, now } = options;
  let seen = new Map<string, Watched>();
  const look = (at: PartitionLag, last: Watched | undefined): Watched => {
    const stands = last && last.at.committed === at.committed && lagOf(last.at) > 0;
    const ends = [...(last?.ends ?? []), { end: at.end, seenMs: now() }];
    return {
      at,
      movedMs: stands ? last.movedMs : now(),
      ends: ends.filter(({ end }, n) => end > settledTo(at) && end !== ends[n - 1]?.end),
    };
  };
  return {
    observe(partitions) {
      const before = seen;
      seen = new Map(partitions.map((at) => [keyOf(at), look(at, before.get(keyOf(at)))]));
    },
    lag: () => [...seen.values()].reduce((sum, { at }) => sum + lagOf(at), 0),
    late: () =>
      [...seen.values()].flatMap(({ at, ends: [first] }) => {
        const forMs = first ? now() - first.seenMs : 0;
        if (!first || forMs < stalledAfterMs) return [];
        return [{ topic: at.topic, partition: at.partition, lag: lagOf(at), forMs }];
      }),
    standsStill() {
      const lagging = [...seen.values()].filter(({ at }) => lagOf(at) > 0);
      return lagging.length > 0 && lagging.every(({ movedMs }) => now() - movedMs >= stalledAfterMs);
    },
  };
}
