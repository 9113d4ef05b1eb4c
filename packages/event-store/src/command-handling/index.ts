export type { CommandHandler, CommandHandlerOptions, Handled } from './command-handler.ts';
export { createCommandHandler, MAX_CONFLICT_RETRIES } from './command-handler.ts';
export { createKeyedQueue } from './keyed-queue.ts';
export type { CommandMetadata, Seal } from './metadata.ts';
export { reactionMetadata, toNewEvent } from './metadata.ts';
export type { LoadedState, StateCache } from './state-cache.ts';
export { createStateCache, DEFAULT_CACHED_STATES } from './state-cache.ts';
