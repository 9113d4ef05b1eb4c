export type { DeadLetter, DeadLetterCause, DeadLetterPage, DeadLetters, DeadRecord } from './dead-letters.ts';
export { deadHeader, isExpired, isParkedCause, NO_DEAD_LETTERS } from './dead-letters.ts';
export type { EmbeddedBusOptions } from './embedded/embedded-bus.ts';
export { createEmbeddedBus, DEFAULT_CHECKPOINT_EVERY_MS } from './embedded/embedded-bus.ts';
export type { GapTracker } from './gap-tracker.ts';
export { createGapTracker } from './gap-tracker.ts';
export type { LedgerReading } from './ledger-reading.ts';
export { createLedgerReading } from './ledger-reading.ts';
export type { Message } from './message.ts';
export type {
  ConsumeOptions,
  Consumer,
  Consumption,
  Failure,
  Follower,
  FollowOptions,
  MessageBus,
  MessagePublisher,
  Park,
  Published,
  Settle,
} from './message-bus.ts';
export type { Progress } from './progress.ts';
export { allReached, createProgress } from './progress.ts';
export type { Publication, Publisher } from './publication.ts';
export { createPublisher } from './publication.ts';
export type {
  BusRecord,
  RecordConsumer,
  RecordConsumption,
  RecordFailure,
  RecordSource,
} from './records.ts';
