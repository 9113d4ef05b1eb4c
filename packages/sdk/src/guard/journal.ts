import type { OutcomeRequest } from '../model/outcome.ts';

/** What is about to be executed. */
export interface ExecutionStart {
  readonly callId: string;
  /** The permit's token: used up, good for nothing but the report of the outcome. */
  readonly permit: string;
}

/** What a journal knows of a key: its execution began, and perhaps how it ended. */
export interface JournalEntry extends ExecutionStart {
  readonly outcome?: OutcomeRequest | undefined;
}

/**
 * Durable knowledge of which keys were executed, kept by the application where it outlives the process: a table with
 * the key as its primary key will do. One journal belongs to one principal of one organization, because there a key
 * names one call. All processes that may use the same key must share it.
 *
 * Promised by the client: `begin` is called after the permit is redeemed and before the execution starts, `end` after
 * it finished and before its outcome is reported.
 */
export interface Journal {
  /**
   * Notes that the execution begins. Must resolve only when the note is durable, and to `true` for exactly one caller
   * ever: an insert that fails on a duplicate key. `false` means that somebody has begun already. Rejecting means that
   * nothing is executed.
   */
  begin(key: string, start: ExecutionStart): Promise<boolean>;
  /** What is known of a key; undefined if its execution never began. Rejecting means that nothing is executed. */
  get(key: string): Promise<JournalEntry | undefined>;
  /** Notes how the execution ended, so that the outcome can be reported later if it can't be now. */
  end(key: string, outcome: OutcomeRequest): Promise<void>;
}
