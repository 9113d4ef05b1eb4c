export type { EmbeddedBusOptions } from './embedded/embedded-bus.ts';
export { createEmbeddedBus, DEFAULT_CHECKPOINT_EVERY_MS } from './embedded/embedded-bus.ts';
export type { GapTracker } from './gap-tracker.ts';
export { createGapTracker } from './gap-tracker.ts';
export type { Message } from './message.ts';
export type { ConsumeOptions, Consumer, Follower, FollowOptions, MessageBus } from './message-bus.ts';
export type { Publication, Publisher } from './publication.ts';
export { createPublisher } from './publication.ts';
