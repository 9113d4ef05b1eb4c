/**
 * A record as it stands on a topic where others write than the relays: nobody has vouched for anything in it.
 */
export interface BusRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** When the broker says that it was written, in milliseconds since 1970. */
  readonly timeMs: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  /** By name; a header that was given more than once has all its values. */
  readonly headers: { readonly [name: string]: Uint8Array | readonly Uint8Array[] | null };
}

/** Why a record is put aside as a dead letter: a code for programs, words for people. */
export interface RecordFailure {
  readonly code: string;
  readonly detail: string;
  readonly attempts: number;
  /** Milliseconds since 1970. */
  readonly firstAttemptMs: number;
  readonly lastAttemptMs: number;
}

/**
 * Gets records in order per partition. It returns when it is ready for more, and settles each, or puts it aside, once that
 * is done with; the group's offsets move up to the first that is neither. One that throws stops its group.
 */
export type RecordConsumer = (
  records: readonly BusRecord[],
  settle: (record: BusRecord) => void,
  putAside: (record: BusRecord, failure: RecordFailure) => void,
) => void | Promise<void>;

/** A running consumption of records. */
export interface RecordConsumption {
  /** Resolves when what there was at the start is done with; rejects if it ends before. */
  readonly caughtUp: Promise<void>;
  /** Resolves with the error that stopped it, or `null` after `close`. */
  readonly ended: Promise<Error | null>;
  /** Records delivered and not done with. */
  outstanding(): number;
  close(): Promise<void>;
}

/** Where records come from that are no messages of ours: the members of a group share the partitions of a topic. */
export interface RecordSource {
  /** @throws RangeError if this process takes part in the group already */
  consumeRecords(
    options: { readonly group: string; readonly topic: string },
    consumer: RecordConsumer,
  ): RecordConsumption;
}
