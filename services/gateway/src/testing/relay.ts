import type { EventStore } from '@countersign/event-store';
import type { MessagePublisher, Publisher } from '@countersign/message-bus';

/** Puts everything that the ledger holds on the bus, in order, as the relays of the services do. */
export function startRelay(
  store: Pick<EventStore, 'subscribe'>,
  publisher: Publisher,
  bus: MessagePublisher,
): { close(): Promise<void> } {
  return store.subscribe({ after: 0 }, async ({ events }) => {
    const messages = events.flatMap((event) => publisher.publish(event) ?? []);
    const published = await bus.publish(messages);
    if (published.kind !== 'acknowledged') throw new Error(published.detail);
  });
}
