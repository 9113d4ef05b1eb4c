import type { EventBatch, EventStore, ReadPageOptions } from './event-store.ts';

/** Named default: large enough that a page costs little, small enough that two of them are little memory. */
export const DEFAULT_PAGE_EVENTS = 1000;

/** All durable events in global order up to the durable position at the time of the call, page by page. */
export async function* readAll(
  store: Pick<EventStore, 'readPage' | 'durablePosition'>,
  options: Omit<ReadPageOptions, 'limit'> & { limit?: number } = {},
): AsyncGenerator<EventBatch> {
  const until = store.durablePosition;
  let after = options.after ?? 0;
  while (after < until) {
    const page = await store.readPage({ ...options, after, limit: options.limit ?? DEFAULT_PAGE_EVENTS });
    yield page;
    if (page.position <= after) return;
    after = page.position;
  }
}
