import { lagOf, type PartitionLag } from './lag-watchdog.ts';
import { keyOf, type Partition, type PartitionOffsets } from './partition-offsets.ts';

/** Whether a member has settled what its partitions held when it came. */
export interface CatchingUp {
  readonly caughtUp: Promise<void>;
  /** What there was when the member came; later readings are of no interest. */
  begin(partitions: readonly PartitionLag[]): void;
  /** Looks again: something was settled, or other partitions were assigned. */
  look(): void;
  /** It ends before it has caught up. */
  end(cause: Error): void;
}

/** Tells when a group has done what there was at its start. */
export function createCatchingUp(offsets: Pick<PartitionOffsets, 'next' | 'has'>): CatchingUp {
  const reached = Promise.withResolvers<void>();
  // Whoever does not ask for it is not to be ended by its rejection.
  reached.promise.catch(() => {});
  let waiting: Map<string, PartitionLag> | null = null;
  let done = false;

  const settled = (partition: Partition, end: number) => (offsets.next(partition) ?? 0) >= end;
  const look = () => {
    if (done || !waiting) return;
    for (const [key, partition] of waiting)
      if (!offsets.has(partition) || settled(partition, partition.end)) waiting.delete(key);
    if (waiting.size > 0) return;
    done = true;
    reached.resolve();
  };
  return {
    caughtUp: reached.promise,
    look,
    begin(partitions) {
      if (waiting) return;
      waiting = new Map(
        partitions.filter((partition) => lagOf(partition) > 0).map((one) => [keyOf(one), one]),
      );
      look();
    },
    end: (cause) => reached.reject(cause),
  };
}
