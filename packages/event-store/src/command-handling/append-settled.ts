import { type ExpectedVersion, versionOf } from '@countersign/event-sourcing';
import { isStoreError, type StoreError } from '../errors.ts';
import type { AppendedEvent, NewEvent } from '../event.ts';
import type { Appended, EventStore } from '../event-store.ts';

/** Retries of the very same batch after an unknown outcome. */
export const MAX_AMBIGUITY_RETRIES = 3;

/**
 * Appends, and where the outcome is unknown asks again with the very same batch. What stands there then is this append, told
 * with its events as if its first answer had come. `repeated` remains for events that an earlier command has stored under
 * the same ids.
 */
export async function appendSettled(
  store: EventStore,
  stream: string,
  expected: ExpectedVersion,
  events: readonly NewEvent[],
): Promise<Appended | StoreError> {
  let outcome = await store.append(stream, expected, events).accepted;
  let retries = 0;
  while (isAmbiguous(outcome) && retries < MAX_AMBIGUITY_RETRIES) {
    retries += 1;
    outcome = await store.append(stream, expected, events).accepted;
  }
  if (retries === 0 || isStoreError(outcome) || !outcome.repeated) return outcome;
  const stored = await store
    .read(stream, { after: versionOf(expected), limit: events.length, visibility: 'accepted' })
    .catch((cause: Error): StoreError => ({ code: 'OutcomeUnknown', detail: cause.message }));
  if ('code' in stored) return stored;
  return isVerySame(stored, events) ? { ...outcome, events: stored, repeated: false } : outcome;
}

function isAmbiguous(outcome: Appended | StoreError): boolean {
  return isStoreError(outcome) && outcome.code === 'OutcomeUnknown';
}

/** The same ids are not enough: a command that is sent again has them too, and may say something else. */
function isVerySame(stored: readonly AppendedEvent[], events: readonly NewEvent[]): boolean {
  const said = ({ type, data, sealed, metadata }: NewEvent) =>
    JSON.stringify([type, data, sealed, metadata.id]);
  return stored.length === events.length && stored.every((event, at) => said(event) === said(events[at]!));
}
