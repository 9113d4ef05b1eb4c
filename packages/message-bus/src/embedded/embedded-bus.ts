import type { CheckpointStore, EventBatch, EventStore } from '@countersign/event-store';
import type { Message } from '../message.ts';
import type { MessageBus } from '../message-bus.ts';
import type { Publisher } from '../publication.ts';
import { consumeLedger } from './consume-ledger.ts';

export interface EmbeddedBusOptions {
  readonly store: EventStore;
  readonly checkpoints: CheckpointStore;
  readonly publisher: Publisher;
  /** How often a group's checkpoint is written. Handlers are idempotent, so a crash repeats at most this much. */
  readonly checkpointEveryMs?: number;
}

/** Default: four writes a second per group are nothing, and a restart repeats a quarter of a second. */
export const DEFAULT_CHECKPOINT_EVERY_MS = 250;

/**
 * The bus of one process: the ledger is the queue, a consumer is a subscription to it. Consumers see events on
 * acceptance, because their sole effect is an append or memory (rule 3 of accepted and durable).
 */
export function createEmbeddedBus(options: EmbeddedBusOptions): MessageBus {
  const { store, checkpoints, publisher } = options;
  const checkpointEveryMs = options.checkpointEveryMs ?? DEFAULT_CHECKPOINT_EVERY_MS;
  const groups = new Set<string>();

  /** Picks the wanted messages of a batch; events of other types are not even mapped. */
  const selecting = (topics: readonly string[], types?: readonly string[]) => {
    const wanted = publisher.publications.filter(
      ({ topic, type }) => topics.includes(topic ?? '') && (!types || types.includes(type)),
    );
    const stored = new Set(wanted.map((publication) => publication.stored));
    return ({ events }: EventBatch): Message[] => {
      const messages: Message[] = [];
      for (const event of events) {
        const message = stored.has(event.type) ? publisher.publish(event) : null;
        if (message) messages.push(message);
      }
      return messages;
    };
  };

  return {
    consume({ group, topics, types }, consumer) {
      const select = selecting(topics, types);
      const categories = publisher.categories(topics, types);
      return consumeLedger({
        store,
        checkpoints,
        groups,
        group,
        categories,
        select,
        consumer,
        checkpointEveryMs,
      });
    },

    follow({ topics, types, after }, follower) {
      const select = selecting(topics, types);
      return store.subscribe(
        { after, visibility: 'accepted', categories: publisher.categories(topics, types) },
        (batch) => follower(select(batch), batch.position),
      );
    },

    async reread(subject, sequence) {
      const [event] = await store.read(subject, { after: sequence - 1, limit: 1, visibility: 'accepted' });
      return event ? publisher.publish(event) : null;
    },

    async fetch(position) {
      if (position > store.acceptedPosition) return null;
      // Pages hold durable events only, and a message may be asked for as soon as it was seen.
      await store.whenDurable(position);
      const page = await store.readPage({ from: position, limit: 1 });
      const event = page.events[0];
      return event && event.position === position ? publisher.publish(event) : null;
    },
  };
}
