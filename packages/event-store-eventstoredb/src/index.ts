export type { CannotOpen } from './client.ts';
export type { EventStoreDbEventStore, EventStoreDbOptions } from './eventstoredb-event-store.ts';
export {
  DEFAULT_MAX_APPEND_BYTES,
  DEFAULT_TIMEOUT_MS,
  openEventStoreDb,
} from './eventstoredb-event-store.ts';
