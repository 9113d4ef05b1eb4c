import { randomUUID } from 'node:crypto';
import type { JsonObject, StreamName } from '@countersign/event-sourcing';
import { expect } from 'vitest';
import { isStoreError, type StoreError } from '../errors.ts';
import type { NewEvent, RecordedEvent } from '../event.ts';
import type { Appended, EventStore } from '../event-store.ts';

/** A stream that no other test uses. */
export function newStream(category = 'order'): StreamName {
  return `${category}-${randomUUID()}`;
}

/** An event that no other equals: its id is random. */
export function newEvent(data: JsonObject = {}, type = 'order.placed', organization = 'acme'): NewEvent {
  return { type, data, metadata: { id: randomUUID(), time: '2026-03-01T12:00:00.000Z', organization } };
}

/** So many of them, numbered by their data. */
export function newEvents(count: number, type?: string): NewEvent[] {
  return Array.from({ length: count }, (_, index) => newEvent({ index }, type));
}

/** The result of an append that must have been taken. */
export async function taken(outcome: Promise<Appended | StoreError>): Promise<Appended> {
  const result = await outcome;
  if (isStoreError(result)) throw new Error(`refused: ${JSON.stringify(result)}`);
  return result;
}

/** Appends to a new stream, and gives the events as they stand there. */
export async function stored(
  store: EventStore,
  events: readonly NewEvent[],
  category?: string,
): Promise<RecordedEvent[]> {
  const stream = newStream(category);
  await taken(store.append(stream, 'no-stream', events).durable);
  return store.read(stream);
}

/** The error of an append that must have been refused. */
export async function refused(outcome: Promise<Appended | StoreError>): Promise<StoreError> {
  const result = await outcome;
  if (!isStoreError(result)) throw new Error(`taken at version ${result.version}`);
  return result;
}

/** Nothing settles `promise` within some turns of the event loop. */
export async function expectPending(promise: Promise<unknown>): Promise<void> {
  const pending = Symbol('pending');
  for (let turn = 0; turn < 20; turn += 1) {
    const state = await Promise.race([promise, new Promise((resolve) => setImmediate(resolve, pending))]);
    expect(state, 'settled although it must wait').toBe(pending);
  }
}
