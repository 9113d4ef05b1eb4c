import { randomUUID } from 'node:crypto';
import type { StreamVersion } from '@countersign/event-sourcing';
import { backoffMs, pause } from './backoff.ts';
import type { LedgerClient, Written } from './client.ts';
import { type WireEvent, wireEvent } from './wire-event.ts';

/** Bookkeeping of consumers: no events of the ledger, in streams of their own. */
export function note(type: string, data: object, organization = 'countersign'): WireEvent {
  const id = randomUUID();
  const metadata = { id, time: new Date().toISOString(), organization };
  return wireEvent({ type, data: { ...data }, metadata });
}

/** What makes the server keep no more than the last events of a stream: its metadata, written before the first of them. */
export function keepLast(count: number): WireEvent {
  return note('$metadata', { $maxCount: count });
}

/** The stream of a stream's metadata. */
export function metadataOf(stream: string): string {
  return `$$${stream}`;
}

/**
 * Appends notes, the same ones again until the outcome is known. Answers `null` where the stream has moved on; rejects when
 * it is given up or can't ever be taken.
 */
export async function writeNotes(
  client: Pick<LedgerClient, 'append'>,
  stream: string,
  expected: StreamVersion,
  notes: readonly WireEvent[],
  givenUp: AbortSignal,
): Promise<Written | null> {
  for (let attempt = 0; !givenUp.aborted; attempt += 1) {
    const result = await client.append(stream, expected, notes);
    if (!('code' in result)) return result;
    if (result.code === 'VersionConflict') return null;
    if (result.code === 'EventTooLarge') throw new Error(`${stream}: ${result.bytes} bytes are too many`);
    await pause(backoffMs(attempt), givenUp);
  }
  throw new Error(`${stream} could not be written before the store was closed`);
}
