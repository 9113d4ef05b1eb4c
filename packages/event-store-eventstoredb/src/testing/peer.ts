import { randomUUID } from 'node:crypto';
import { type EventStore, isStoreError, type NewEvent } from '@countersign/event-store';
import { createMemoryEventStore } from '@countersign/event-store/memory';
import { type Network, serve, startNetwork } from '@countersign/event-store-grpc/testing';
import { afterEach } from 'vitest';
import type { EventStoreDbEventStore, EventStoreDbOptions } from '../eventstoredb-event-store.ts';
import { opened } from './opened.ts';

const ending: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

/** What a test has of both ends, and of the network between them. */
export interface Peer {
  /** The ledger behind the server. */
  readonly ledger: EventStore;
  readonly network: Network;
  readonly store: EventStoreDbEventStore;
  /** Ends the server, and starts another over the same ledger. */
  restart(): Promise<void>;
}

/** A server over a memory ledger, and the adapter behind a network that can be broken. */
export async function peer(
  options: Partial<EventStoreDbOptions> = {},
  ledger: EventStore = createMemoryEventStore(),
): Promise<Peer> {
  let server = await serve(ledger);
  const network = await startNetwork(server.port);
  const store = await opened(network.port, options);
  ending.push(
    () => server.close(),
    async () => network[Symbol.asyncDispose](),
    () => store.close(),
  );
  return {
    ledger,
    network,
    store,
    async restart() {
      await server.close();
      server = await serve(ledger);
      network.target = server.port;
    },
  };
}

/** An event that no other equals: its id is random. */
export function newEvent(data: NewEvent['data'] = {}): NewEvent {
  const metadata = { id: randomUUID(), time: '2026-03-01T12:00:00.000Z', organization: 'acme' };
  return { type: 'order.placed', data, metadata };
}

/** Appends to a new stream of the category, past the adapter, and gives the last position. */
export async function put(ledger: EventStore, count: number, category = 'order'): Promise<number> {
  const events = Array.from({ length: count }, () => newEvent());
  const result = await ledger.append(`${category}-${randomUUID()}`, 'no-stream', events).durable;
  if (isStoreError(result)) throw new Error(result.code);
  return result.position;
}
