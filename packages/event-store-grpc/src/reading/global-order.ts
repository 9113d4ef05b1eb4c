import type { EventStore, RecordedEvent } from '@countersign/event-store';
import { PAGE_EVENTS } from '../limits.ts';

type Store = Pick<EventStore, 'readPage' | 'durablePosition'>;

/** What is durable now behind `after`, oldest first. */
export async function* globalForwards(store: Store, after: number): AsyncGenerator<RecordedEvent> {
  const until = store.durablePosition;
  for (let from = after; from < until; ) {
    const page = await store.readPage({ after: from, limit: PAGE_EVENTS });
    for (const event of page.events) if (event.position <= until) yield event;
    if (page.position <= from) return;
    from = page.position;
  }
}

/**
 * Positions before `before`, newest first: ranges of positions, larger ones where they hold few events, and at first no
 * more than are `wanted`: the end of the ledger is asked for often, and is one event.
 */
export async function* globalBackwards(
  store: Store,
  before: number,
  wanted: number,
): AsyncGenerator<RecordedEvent> {
  let until = Math.min(before - 1, store.durablePosition);
  for (let range = Math.min(wanted, PAGE_EVENTS); until > 0; ) {
    const after = Math.max(0, until - range);
    const found: RecordedEvent[] = [];
    for (let from = after; from < until; ) {
      const page = await store.readPage({ after: from, limit: PAGE_EVENTS });
      found.push(...page.events.filter((event) => event.position <= until));
      if (page.position <= from) break;
      from = page.position;
    }
    yield* found.reverse();
    if (found.length < PAGE_EVENTS / 2) range *= 2;
    until = after;
  }
}
