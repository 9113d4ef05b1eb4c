/** A record of a topic that groups have put aside; one of all of them, however often each has. */
export interface DeadLetter {
  /** Of the record that was put aside; letters sorted by it are in the order of their topics and partitions. */
  readonly id: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly record: DeadRecord;
  /** The latest of each group. */
  readonly causes: readonly DeadLetterCause[];
}

/** What stood on the topic, byte by byte. */
export interface DeadRecord {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly (readonly [name: string, value: Uint8Array])[];
}

/** Who put it aside, why, and how often it was tried. */
export interface DeadLetterCause {
  readonly group: string;
  readonly instance: string;
  readonly code: string;
  readonly detail: string;
  readonly attempts: number;
  /** RFC 3339 UTC. */
  readonly firstAttemptAt: string;
  readonly lastAttemptAt: string;
}

/**
 * The dead letters of the bus. Reading them takes seconds and every letter there is: it is for people who look into a failure.
 * @throws Error if the brokers can't be read
 */
export interface DeadLetters {
  /** Those that nobody has replayed, in order, without their values. */
  list(topic?: string): Promise<DeadLetter[]>;
  get(id: string): Promise<DeadLetter | null>;
  /**
   * Writes the record to its topic again as it was, behind all others of its key in front of it that nobody has replayed: so
   * their order is kept. Answers how many were written: none of a letter that is parked, `null` if there is no such letter. After an error some may have been
   * written and be written again, in order.
   */
  replay(id: string): Promise<number | null>;
}

/** What a handler failed on, or waits behind such: it is released where it is parked, and never replayed. */
export function isParkedCause({ code }: Pick<DeadLetterCause, 'code'>): boolean {
  return code === 'handler_failed' || code === 'waits_behind' || code === 'parked_before';
}

/** Of a bus that needs none: what can't be handled waits in the ledger. */
export const NO_DEAD_LETTERS: DeadLetters = {
  list: async () => [],
  get: async () => null,
  replay: async () => null,
};
