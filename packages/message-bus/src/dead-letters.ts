import { findIntent, INTENT_TOPIC, MAX_INTENT_SKEW_MS } from '@countersign/contracts';

/** A record of a topic that groups have put aside. */
export interface DeadLetter {
  /** Sorted by it, letters are in the order of their topics and partitions, and as they were written there. */
  readonly id: string;
  readonly topic: string;
  readonly partition: number;
  /** Where the record stood. */
  readonly offset: string;
  readonly record: DeadRecord;
  /** The latest of each group. One that has put it aside long after another has a letter of its own. */
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

/** Some letters; where there are more, behind which id. It may be of fewer than were asked for, or of none, with more behind it. */
export interface DeadLetterPage {
  readonly letters: readonly DeadLetter[];
  readonly next: string | null;
}

/**
 * The dead letters of the bus. Reading them takes seconds: it is for people who look into a failure.
 * @throws Error if the brokers can't be read
 */
export interface DeadLetters {
  /**
   * Those that nobody has replayed, in the order of their ids, without their values and with no more headers than say what
   * they are. `null` if `after` is no id of a dead letter.
   */
  list(wanted: {
    readonly topic?: string | undefined;
    readonly after?: string | undefined;
    readonly limit: number;
  }): Promise<DeadLetterPage | null>;
  get(id: string): Promise<DeadLetter | null>;
  /**
   * Writes the record to its topic again as it was, behind all others of its key in front of it that nobody has replayed: so
   * their order is kept. Those that no group could read go with their like alone. Answers how many were written: none of a
   * letter that is parked or expired, `null` if there is no such letter. After an error some may have been written and be
   * written again, in order; where very many are in front of it, repeating it goes on.
   */
  replay(id: string): Promise<number | null>;
}

/** What a handler failed on, or waits behind such: it is released where it is parked, and never replayed. */
export function isParkedCause({ code }: Pick<DeadLetterCause, 'code'>): boolean {
  return code === 'handler_failed' || code === 'waits_behind' || code === 'parked_before';
}

/** The text of a header of the record, the first of its name. */
export function deadHeader({ record }: Pick<DeadLetter, 'record'>, name: string): string | null {
  const found = record.headers.find(([one]) => one === name);
  return found ? Buffer.from(found[1]).toString() : null;
}

/** Whether it is an intent whose time is over: put on its topic again it would be refused as too old. */
export function isExpired(letter: Pick<DeadLetter, 'topic' | 'record'>, nowMs: number): boolean {
  if (letter.topic !== INTENT_TOPIC || !findIntent(deadHeader(letter, 'ce_type') ?? '')) return false;
  return Date.parse(deadHeader(letter, 'ce_time') ?? '') < nowMs - MAX_INTENT_SKEW_MS;
}

/** Of a bus that needs none: what can't be handled waits in the ledger. */
export const NO_DEAD_LETTERS: DeadLetters = {
  list: async ({ after }) => (after === undefined ? { letters: [], next: null } : null),
  get: async () => null,
  replay: async () => null,
};
