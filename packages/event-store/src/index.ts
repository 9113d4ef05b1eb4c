export type { CheckpointStore, ParkedEvent, ParkingLot } from './checkpoints.ts';
export * from './command-handling/index.ts';
export { currentPosition } from './current-position.ts';
export type * from './errors.ts';
export { DEFAULT_MAX_EVENT_BYTES, describeStoreError, isStoreError } from './errors.ts';
export type * from './event.ts';
export type * from './event-store.ts';
export { eventUuid, isUuid } from './event-uuid.ts';
export { DEFAULT_PAGE_EVENTS, readAll } from './read-all.ts';
