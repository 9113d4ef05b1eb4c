import type { EventStore, NewEvent } from '@countersign/event-store';
import { isStoreError } from '@countersign/event-store';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';

/** The official Node client on a plain port. */
export function nodeClient(port: number): EventStoreDBClient {
  return EventStoreDBClient.connectionString(`esdb://127.0.0.1:${port}?tls=false`);
}

/** Collects what the client reads. */
export async function collected<T>(reading: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of reading) items.push(item);
  return items;
}

let made = 0;

/** An event with an id and a number of its own. */
export function event(type = 'order.placed', change: Partial<NewEvent> = {}): NewEvent {
  made += 1;
  const id = `00000000-0000-4000-8000-${String(made).padStart(12, '0')}`;
  const metadata = { id, time: '2026-03-01T12:00:00.123Z', organization: 'acme' };
  return { type, data: { number: made }, metadata, ...change };
}

/** Appends behind what is there, and gives the ids. */
export async function put(
  store: EventStore,
  stream: string,
  count: number,
  type?: string,
): Promise<readonly string[]> {
  const version = (await store.read(stream)).length;
  const events = Array.from({ length: count }, () => event(type));
  const result = await store.append(stream, version, events).durable;
  if (isStoreError(result)) throw new Error(result.code);
  return events.map(({ metadata }) => metadata.id);
}

/** The same for the client to append. */
export function proposed(
  type = 'order.placed',
  metadata: Record<string, unknown> = { organization: 'acme' },
) {
  const { data, metadata: own } = event(type);
  return jsonEvent({ id: own.id, type, data: data as Record<string, unknown>, metadata });
}
