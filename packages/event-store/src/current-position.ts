import type { Position } from './event.ts';
import type { EventStore } from './event-store.ts';
import { DEFAULT_PAGE_EVENTS } from './read-all.ts';

/**
 * Where the ledger ends now, whoever has appended: `acceptedPosition` is what this process knows of, and others' appends
 * get to it a little later. Rejects when the store can't be read.
 */
export async function currentPosition(
  store: Pick<EventStore, 'acceptedPosition' | 'readPage'>,
): Promise<Position> {
  for (let after = store.acceptedPosition; ; ) {
    const { events, position } = await store.readPage({ after, limit: DEFAULT_PAGE_EVENTS });
    after = Math.max(after, position);
    if (events.length < DEFAULT_PAGE_EVENTS) return after;
  }
}
