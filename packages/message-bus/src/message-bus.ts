import type { Position, Subscription } from '@countersign/event-store';
import type { Message } from './message.ts';
import type { Progress } from './progress.ts';

/** A group's share of the messages of some topics. */
export interface ConsumeOptions {
  /** Consumer group: its members share the work, its checkpoint survives restarts. */
  readonly group: string;
  readonly topics: readonly string[];
  /** Only these public types; all of the topics if absent. */
  readonly types?: readonly string[];
  /**
   * Called when this process gets a share of the group's messages: at the start, and whenever the group has dealt anew, for
   * then others may have had what comes next. Deliveries wait for it; if it rejects, the group ends as by its consumer.
   */
  readonly onAssigned?: () => Promise<void>;
  /** Nobody waits for what the group does with a message: a bus that is asked may be asked less often. Default `false`. */
  readonly unhurried?: boolean;
}

/** Why a message was parked rather than handled, for whoever looks at dead letters. */
export interface Failure {
  /**
   * Its handler failed for good, or it waits behind such a message of its subject, or it was parked and came again; or it
   * was never handled, because its position lies behind the end of the ledger.
   */
  readonly code: 'handler_failed' | 'waits_behind' | 'parked_before' | 'not_in_ledger';
  readonly detail: string;
  readonly attempts: number;
  /** Milliseconds since 1970. */
  readonly firstAttemptMs: number;
  readonly lastAttemptMs: number;
}

/** A message is handled. */
export type Settle = (message: Message) => void;

/**
 * A message is put aside because of a failure, and done with as far as the bus is concerned. A bus whose messages are
 * nobody's to read again keeps it as a dead letter first; the embedded bus needs none, the ledger has it.
 */
export type Park = (message: Message, failure: Failure) => void;

/**
 * Gets messages in order per organization. It returns when it is ready for more (back-pressure) and calls `settle` or
 * `park` for each message once that is done with; the group's checkpoint moves up to the first message not settled.
 * A throwing consumer stops its group: losing a message is not an option, so failing messages are parked instead.
 */
export type Consumer = (messages: readonly Message[], settle: Settle, park: Park) => void | Promise<void>;

/**
 * A group's subscription. Its position says that every message up to there that came to this process is settled, or was
 * none of the group's. Where one process is the whole group, that is where the group goes on after a restart; where its
 * members share the work, each has a part of the messages, and the group's checkpoint is the bus's business.
 */
export interface Consumption extends Subscription, Progress {
  /** Messages delivered and not settled. */
  outstanding(): number;
}

/** All messages of some topics from a position on, without a group. */
export interface FollowOptions {
  readonly topics: readonly string[];
  /** Only these public types; all of the topics if absent. */
  readonly types?: readonly string[];
  /** Exclusive; 0 = from the first message kept. */
  readonly after: Position;
  /** A reaction waits for each position that is passed without a message (see `SubscribeOptions`). */
  readonly eachPosition?: boolean;
}

/** Like a consumer, without a checkpoint: for state that each process keeps for itself. */
export type Follower = (messages: readonly Message[], position: Position) => void | Promise<void>;

/** What became of a batch: every message is kept, or it is not known of all of them (`detail` says why). */
export type Published =
  | { readonly kind: 'acknowledged' }
  | { readonly kind: 'unknown'; readonly detail: string };

/**
 * The other end of a bus between processes, for the relay: messages that stand in the ledger are put on their topics, in
 * order per organization. What is not acknowledged is published again, before anything later: consumers see it twice.
 */
export interface MessagePublisher {
  /** Always settles, within a bound of its own. Messages without a topic are published nowhere. */
  publish(messages: readonly Message[]): Promise<Published>;
}

/**
 * The bus port: at least once, in order per organization. Publishing is the ledger's (embedded) or the relay's
 * (Kafka) business: nothing appends and then publishes.
 */
export interface MessageBus {
  /**
   * Takes part in a group: resumes at the group's checkpoint, or at the first message if it has none.
   * @throws RangeError if this process takes part in it already
   */
  consume(options: ConsumeOptions, consumer: Consumer): Consumption;
  /** Every message from `after` on, to every process that follows; also told how far it got without a message. */
  follow(options: FollowOptions, follower: Follower): Subscription;
  /**
   * Whether the ledger goes as far as a message says that it stands. Of a bus that carries messages past the ledger; where
   * they are read from it there is nothing to ask.
   */
  stands?(position: Position): Promise<boolean>;
  /** One message again, by position: to release it after it was parked. `null` if there is none at it. */
  fetch(position: Position): Promise<Message | null>;
  /** One message again, by stream and version, as accepted: for what a later step needs of an earlier one. */
  reread(subject: string, sequence: number): Promise<Message | null>;
  /** A stream's messages after a version, up to another if one is given, oldest first, as accepted; read in pages as they are taken. */
  rereadFrom(subject: string, after: number, until?: number): AsyncIterable<Message>;
}
