import type { Position, Subscription } from '@countersign/event-store';
import type { Message } from './message.ts';
import type { Progress } from './progress.ts';

export interface ConsumeOptions {
  /** Consumer group: its members share the work, its checkpoint survives restarts. */
  readonly group: string;
  readonly topics: readonly string[];
  /** Only these public types; all of the topics if absent. */
  readonly types?: readonly string[];
}

/**
 * Gets messages in order per organization. It returns when it is ready for more (back-pressure) and calls `settle` for
 * each message once that is handled or parked; the group's checkpoint moves up to the first message not settled.
 * A throwing consumer stops its group: losing a message is not an option, so failing messages are parked instead.
 */
export type Consumer = (
  messages: readonly Message[],
  settle: (message: Message) => void,
) => void | Promise<void>;

/**
 * A group's subscription. Its position says that every message up to there is settled, or was none of the group's: it
 * is where the group goes on after a restart.
 */
export interface Consumption extends Subscription, Progress {
  /** Messages delivered and not settled. */
  outstanding(): number;
}

export interface FollowOptions {
  readonly topics: readonly string[];
  /** Only these public types; all of the topics if absent. */
  readonly types?: readonly string[];
  /** Exclusive; 0 = from the first message kept. */
  readonly after: Position;
}

/** Like a consumer, without a checkpoint: for state that each process keeps for itself. */
export type Follower = (messages: readonly Message[], position: Position) => void | Promise<void>;

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
  /** One message again, by position: to release it after it was parked. `null` if there is none at it. */
  fetch(position: Position): Promise<Message | null>;
  /** One message again, by stream and version, as accepted: for what a later step needs of an earlier one. */
  reread(subject: string, sequence: number): Promise<Message | null>;
}
