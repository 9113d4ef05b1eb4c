import type { ExpectedVersion, StreamVersion } from '@countersign/event-sourcing';
import type { StoreError } from './errors.ts';
import type { AppendedEvent, NewEvent, Position, RecordedEvent } from './event.ts';

/** A batch as it stands in the ledger. */
export interface Appended {
  /** The stream's version after the batch. */
  readonly version: StreamVersion;
  /** Position of the batch's last event. */
  readonly position: Position;
  /** The events as recorded, in order. Empty when `repeated`. */
  readonly events: readonly AppendedEvent[];
  /** The same batch (ids, stream, expected version) had been stored before; this append stored nothing. */
  readonly repeated: boolean;
}

/**
 * The two moments of an append. `accepted`: order and version are final unless the process dies.
 * `durable`: on disk (fsync) or at a quorum. Where a store can't tell them apart, both settle together.
 * Both resolve, never reject; a store error is a value.
 */
export interface AppendReceipt {
  readonly accepted: Promise<Appended | StoreError>;
  readonly durable: Promise<Appended | StoreError>;
}

/**
 * `durable` events are the only ones that may cause anything outside the process; `accepted` ones may be seen by
 * reactors and projectors whose sole effect is an append or memory (rule 3 of accepted and durable).
 */
export type Visibility = 'durable' | 'accepted';

/** Which events, from where and how many: filters are joined by "and". */
export interface ReadPageOptions {
  /** Exclusive: the first event has a greater position. 0 or a position that the store gave; default 0. */
  readonly after?: Position;
  /** Inclusive, instead of `after`: begins with the event that stands at this position. */
  readonly from?: Position;
  /** Most events in the page. */
  readonly limit: number;
  /** The page ends with the event with which it has so many characters as JSON; default: with none. */
  readonly maxCharacters?: number;
  /** Only streams of these categories; all if absent. */
  readonly categories?: readonly string[];
  /** Only these stored event types; all if absent. */
  readonly types?: readonly string[];
  /** Only events of this organization. */
  readonly organization?: string;
}

/** Which events, from where, and how sure they must be. */
export interface SubscribeOptions {
  /** Exclusive. 0 = from the first event. */
  readonly after: Position;
  readonly categories?: readonly string[];
  /** Default `durable`. */
  readonly visibility?: Visibility;
  /** Most events per delivery; default 500. */
  readonly maxBatch?: number;
  /**
   * Positions that are passed without an event are waited for one after another: a store that has to be told of each says so
   * at once, and not only when somebody waits. Default `false`.
   */
  readonly eachPosition?: boolean;
}

/** Delivered in order, one batch at a time: the next one comes when the promise has resolved. */
export type BatchHandler = (batch: EventBatch) => void | Promise<void>;

/** Events in ledger order; none where all up to `position` were filtered out. */
export interface EventBatch {
  readonly events: readonly RecordedEvent[];
  /** All positions up to here are covered by this and earlier batches, filtered events included. */
  readonly position: Position;
}

/** Hands batches to its handler one after another, until it is closed or fails. */
export interface Subscription {
  /**
   * Resolves when everything visible at the time of the subscription has been handled; rejects if it ends before.
   * The rejection may be left unhandled.
   */
  readonly caughtUp: Promise<void>;
  /** Resolves with the error that stopped it (a throwing handler, a failed store), or `null` after `close`. */
  readonly ended: Promise<Error | null>;
  /**
   * Somebody waits until a position is passed. That it is waited for does not say that it stands in the ledger. A store that
   * knows at once what it passes has nothing to do about it.
   */
  hasten?(position: Position): void;
  /** Stops; resolves when a running handler has ended. */
  close(): Promise<void>;
}

/** The ledger port. Every adapter passes the conformance suite unchanged. */
export interface EventStore {
  /**
   * Appends all events or none at an explicit expected version. A batch whose events already stand in the stream
   * behind the expected version, with the same ids in the same order, is the same append and answers the original
   * result. The events belong to the store from here on: the caller must not change them.
   * @throws TypeError for data that JSON can't hold (a `bigint`, a circle): a programming error; nothing is stored
   */
  append(stream: string, expected: ExpectedVersion, events: readonly NewEvent[]): AppendReceipt;

  /**
   * The stream's events after a version, oldest first; empty if there is no stream. Default visibility `durable`.
   * Rejects, like `readPage`, when the store can't be read: with an error whose `code` is `StoreUnavailable` where that passes.
   */
  read(
    stream: string,
    options?: { after?: StreamVersion; limit?: number; visibility?: Visibility },
  ): Promise<RecordedEvent[]>;

  /**
   * One page of durable events in global order. The page's `position` is how far it looked, filtered events included;
   * a page shorter than `limit` has looked up to the durable position,
   * unless `maxCharacters` has ended it.
   */
  readPage(options: ReadPageOptions): Promise<EventBatch>;

  /** Catch-up, then live, without gap or duplicate. */
  subscribe(options: SubscribeOptions, handler: BatchHandler): Subscription;

  /** Position of the last accepted and of the last durable event. */
  readonly acceptedPosition: Position;
  readonly durablePosition: Position;

  /** Resolves when everything up to `position` is durable; rejects if the store fails before. */
  whenDurable(position: Position): Promise<void>;

  /** Resolves with the error when the store has failed: the process must stop (fail-stop, rule 4). */
  readonly failed: Promise<Error>;

  /** Refuses appends, waits for accepted events to become durable, ends subscriptions, then releases the store. */
  close(): Promise<void>;
}
