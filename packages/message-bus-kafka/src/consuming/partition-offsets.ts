import { createGapTracker, type GapTracker } from '@countersign/message-bus';

/** The partitions that this member has now, and how far each may be committed: up to the first gap. */
export interface PartitionOffsets {
  /** Begins anew with what the group gave this member; what was delivered before is nobody's business any more. */
  assign(assignment: Assignment): void;
  /** Notes delivered offsets of a partition, in order; `upTo` also covers what was passed over. */
  delivered(partition: Partition, offsets: readonly number[], upTo: number): void;
  /** Whether an offset was delivered since the assignment: after a change of leaders the client may fetch twice. */
  wasDelivered(partition: Partition, offset: number): boolean;
  settled(partition: Partition, offset: number): void;
  /** Where the group would go on in each partition that has moved since it was last committed. */
  toCommit(): Commit[];
  committed(commits: readonly Commit[]): void;
  /** The next offset that is not settled; `null` before the first delivery. */
  next(partition: Partition): number | null;
  has(partition: Partition): boolean;
}

/** One partition of a topic. */
export interface Partition {
  readonly topic: string;
  readonly partition: number;
}

/** What is told to the broker of a partition. */
export interface Commit extends Partition {
  /** As Kafka has it: the offset that the group goes on with. */
  readonly offset: number;
}

/** The partitions of each topic that this process has. */
export type Assignment = { readonly [topic: string]: readonly number[] };

interface Tracked extends Partition {
  gaps: GapTracker | null;
  upTo: number;
  committed: number;
}

/** One name for a partition, for maps. */
export const keyOf = ({ topic, partition }: Partition): string => `${topic}/${partition}`;

/** Nothing is assigned yet. */
export function createPartitionOffsets(): PartitionOffsets {
  let tracked = new Map<string, Tracked>();
  const next = ({ gaps }: Tracked) => (gaps ? gaps.checkpoint() + 1 : null);
  return {
    assign(assignment) {
      const assigned = Object.entries(assignment).flatMap(([topic, partitions]) =>
        partitions.map((partition): Tracked => ({ topic, partition, gaps: null, upTo: -1, committed: 0 })),
      );
      tracked = new Map(assigned.map((one) => [keyOf(one), one]));
    },
    delivered(partition, offsets, upTo) {
      const one = tracked.get(keyOf(partition));
      if (!one) return;
      if (!one.gaps) {
        const first = offsets[0] ?? upTo;
        one.gaps = createGapTracker(first - 1);
        one.committed = first;
      }
      one.gaps.delivered(offsets, upTo);
      one.upTo = Math.max(one.upTo, upTo);
    },
    wasDelivered: (partition, offset) => offset <= (tracked.get(keyOf(partition))?.upTo ?? -1),
    settled: (partition, offset) => tracked.get(keyOf(partition))?.gaps?.settled(offset),
    toCommit: () =>
      [...tracked.values()].flatMap((one) => {
        const offset = next(one);
        if (offset === null || offset <= one.committed) return [];
        return [{ topic: one.topic, partition: one.partition, offset }];
      }),
    committed(commits) {
      for (const commit of commits) {
        const one = tracked.get(keyOf(commit));
        if (one) one.committed = Math.max(one.committed, commit.offset);
      }
    },
    next(partition) {
      const one = tracked.get(keyOf(partition));
      return one ? next(one) : null;
    },
    has: (partition) => tracked.has(keyOf(partition)),
  };
}
