import type { CheckpointStore, EventBatch, EventStore, Subscription } from '@countersign/event-store';
import { createGapTracker } from '../gap-tracker.ts';
import type { Message } from '../message.ts';
import type { MessageBus } from '../message-bus.ts';
import type { Publisher } from '../publication.ts';

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
  const everyMs = options.checkpointEveryMs ?? DEFAULT_CHECKPOINT_EVERY_MS;

  const select = (batch: EventBatch, wanted: (message: Message) => boolean): Message[] => {
    const messages: Message[] = [];
    for (const event of batch.events) {
      const message = publisher.publish(event);
      if (message && wanted(message)) messages.push(message);
    }
    return messages;
  };

  return {
    consume({ group, topics, types }, consumer) {
      const wantedTopics = new Set(topics);
      const wantedTypes = types ? new Set(types) : null;
      const wanted = (message: Message) =>
        wantedTopics.has(message.topic ?? '') && (wantedTypes === null || wantedTypes.has(message.type));
      return startLater(
        checkpoints.load(group).then((loaded) => {
          const start = loaded ?? 0;
          const gaps = createGapTracker(start);
          let saved = start;
          const save = () => {
            const position = gaps.checkpoint();
            if (position > saved) checkpoints.save(group, position);
            saved = position;
          };
          const timer = setInterval(save, everyMs);
          timer.unref();
          const subscription = store.subscribe(
            { after: start, visibility: 'accepted', categories: publisher.categories(topics) },
            (batch) => {
              const messages = select(batch, wanted);
              gaps.delivered(
                messages.map((message) => message.position),
                batch.position,
              );
              return messages.length === 0
                ? undefined
                : consumer(messages, (message) => gaps.settled(message.position));
            },
          );
          return {
            ...subscription,
            async close() {
              clearInterval(timer);
              await subscription.close();
              save();
            },
          };
        }),
      );
    },

    follow({ topics, after }, follower) {
      const wantedTopics = new Set(topics);
      return store.subscribe(
        { after, visibility: 'accepted', categories: publisher.categories(topics) },
        (batch) =>
          follower(
            select(batch, (message) => wantedTopics.has(message.topic ?? '')),
            batch.position,
          ),
      );
    },

    async reread(subject, sequence) {
      const [event] = await store.read(subject, { after: sequence - 1, limit: 1, visibility: 'accepted' });
      return event ? publisher.publish(event) : null;
    },

    async fetch(position) {
      const page = await store.readPage({ after: position - 1, limit: 1 });
      const event = page.events[0];
      return event && event.position === position ? publisher.publish(event) : null;
    },
  };
}

/** A subscription that begins once its checkpoint is loaded. */
function startLater(starting: Promise<Subscription>): Subscription {
  return {
    caughtUp: starting.then((subscription) => subscription.caughtUp),
    ended: starting.then(
      (subscription) => subscription.ended,
      (cause: Error) => cause,
    ),
    close: () => starting.then((subscription) => subscription.close()),
  };
}
