import type { Position } from './event.ts';

/**
 * Where a consumer group goes on after a restart. Kept beside the events: a checkpoint is written after everything
 * that was accepted before it, so it never claims more than the surviving ledger holds.
 */
export interface CheckpointStore {
  load(group: string): Promise<Position | null>;
  save(group: string, position: Position): void;
}

/** An event that a group could not handle, or one behind it of the same subject. */
export interface ParkedEvent {
  readonly group: string;
  readonly subject: string;
  readonly position: Position;
  readonly organization: string;
  /** Why; `null` for an event that only waits behind a poisoned one. */
  readonly error: string | null;
  /** RFC 3339 UTC. */
  readonly parkedAt: string;
  readonly attempts: number;
}

/** Parked events per group and subject, in order, durable. */
export interface ParkingLot {
  /**
   * A promise resolves when the note is durable, and rejects when the store is closed before: whoever keeps its progress
   * elsewhere waits for it before it passes the event. Without a promise the note is durable before any checkpoint that is
   * saved after it. The rejection may be left unhandled.
   */
  park(event: ParkedEvent): void | Promise<void>;
  /** Removes one released event. */
  release(group: string, subject: string, position: Position): void;
  list(filter?: { group?: string; subject?: string; organization?: string }): Promise<ParkedEvent[]>;
}
