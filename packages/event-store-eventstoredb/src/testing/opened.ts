import type { EventStoreDbEventStore, EventStoreDbOptions } from '../eventstoredb-event-store.ts';
import { openEventStoreDb } from '../eventstoredb-event-store.ts';

/** Opens a store that must open. */
export async function opened(
  port: number,
  options: Partial<EventStoreDbOptions> = {},
): Promise<EventStoreDbEventStore> {
  const store = await openEventStoreDb({ url: `esdb://127.0.0.1:${port}?tls=false`, ...options });
  if ('code' in store) throw new Error(`${store.code}: ${store.detail}`);
  return store;
}
