import {
  currentPosition,
  DEFAULT_PAGE_EVENTS,
  type EventBatch,
  type EventStore,
} from '@countersign/event-store';
import type { Message } from './message.ts';
import type { MessageBus } from './message-bus.ts';
import type { Publisher } from './publication.ts';

/** The parts of a bus that read the ledger, whatever carries the messages of its groups. */
export type LedgerReading = Pick<MessageBus, 'follow' | 'fetch' | 'reread' | 'rereadFrom'>;

/**
 * Following and reading again, as messages of the ledger's events: only there does a position say what came before it,
 * and nothing there has a retention.
 */
export function createLedgerReading({
  store,
  publisher,
}: {
  readonly store: EventStore;
  readonly publisher: Publisher;
}): LedgerReading {
  return {
    follow({ topics, types, after, eachPosition = false }, follower) {
      const select = selectMessages(publisher, topics, types);
      return store.subscribe(
        { after, visibility: 'accepted', categories: publisher.categories(topics, types), eachPosition },
        (batch) => follower(select(batch), batch.position),
      );
    },

    async reread(subject, sequence) {
      const [event] = await store.read(subject, { after: sequence - 1, limit: 1, visibility: 'accepted' });
      return event ? publisher.publish(event) : null;
    },

    async *rereadFrom(subject, after, until = Number.POSITIVE_INFINITY) {
      for (let from = after; from < until; ) {
        const limit = Math.min(DEFAULT_PAGE_EVENTS, until - from);
        const events = await store.read(subject, { after: from, limit, visibility: 'accepted' });
        for (const event of events) {
          const message = publisher.publish(event);
          if (message) yield message;
        }
        if (events.length < limit) return;
        from += events.length;
      }
    },

    async fetch(position) {
      // Another process may have appended it.
      if (position > store.acceptedPosition && position > (await currentPosition(store))) return null;
      // Pages hold durable events only, and a message may be asked for as soon as it was seen.
      await store.whenDurable(position);
      const page = await store.readPage({ from: position, limit: 1 });
      const event = page.events[0];
      return event && event.position === position ? publisher.publish(event) : null;
    },
  };
}

const NONE: readonly Message[] = [];

/** Picks the wanted messages of a batch; events of other types are not even mapped. */
export function selectMessages(
  publisher: Publisher,
  topics: readonly string[],
  types?: readonly string[],
): (batch: EventBatch) => readonly Message[] {
  const wanted = publisher.publications.filter(
    ({ topic, type }) => topics.includes(topic ?? '') && (!types || types.includes(type)),
  );
  const stored = new Set(wanted.map((publication) => publication.stored));
  return ({ events }) => {
    // Most of what is told to most subscribers is how far the ledger is.
    if (events.length === 0) return NONE;
    const messages: Message[] = [];
    for (const event of events) {
      const message = stored.has(event.type) ? publisher.publish(event) : null;
      if (message) messages.push(message);
    }
    return messages;
  };
}
