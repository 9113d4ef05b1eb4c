import { type EventStoreDbEventStore, openEventStoreDb } from '@countersign/event-store-eventstoredb';
import { refuseStart } from '@countersign/hosting';
import type { Logger } from '@countersign/telemetry';

/** Between two tries to reach the event store at a start. */
const RETRY_MS = 1_000;

/** Opens the ledger, however long the event store takes to be there: a process that does not listen yet is not ready. */
export async function openStore(url: string, logger: Logger): Promise<EventStoreDbEventStore> {
  for (;;) {
    const store = await openEventStoreDb({ url });
    if (!('code' in store)) return store;
    if (store.code === 'CannotOpen') refuseStart(`COUNTERSIGN_EVENTSTORE_URL: ${store.detail}`);
    logger.warn({ why: store.detail }, 'the event store can not be reached; it is tried again');
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}
