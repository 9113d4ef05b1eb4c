import type { JsonObject, SealedFields } from '@countersign/event-sourcing';
import {
  type EventMetadata,
  eventUuid,
  type NewEvent,
  type Position,
  type RecordedEvent,
} from '@countersign/event-store';
import type { RecordedEvent as ClientEvent } from '@eventstore/db-client';

/** An event as the client takes it. */
export interface WireEvent {
  readonly id: string;
  readonly type: string;
  readonly data: Record<string, unknown>;
  /** As bytes: an object would be made text, that base64, and that bytes again. */
  readonly metadata: Uint8Array;
  /** What it takes on the wire, names apart. */
  readonly bytes: number;
}

/** What stands at a position; `event` is `null` where it is none of ours. */
export interface StoredEvent {
  readonly stream: string;
  readonly position: Position;
  readonly event: RecordedEvent | null;
  /** What `event` is read from, for streams that hold no events of the ledger. */
  readonly data: unknown;
  readonly version: number;
}

const utf8 = new TextEncoder();

/**
 * Makes the bytes before the client is called: there, what JSON can't hold would end in a promise that never settles (B1).
 * @throws TypeError for data that JSON can't hold
 */
export function wireEvent({ type, data, sealed, metadata: given }: NewEvent): WireEvent {
  const metadata = utf8.encode(JSON.stringify(sealed ? { ...given, sealed } : given));
  const bytes = metadata.length + Buffer.byteLength(JSON.stringify(data));
  return { id: eventUuid(given.id), type, data, metadata, bytes };
}

/** The client's event in the ledger's terms: versions count from 1. */
export function storedEvent(event: ClientEvent): StoredEvent {
  const stream = event.streamId;
  const version = Number(event.revision) + 1;
  const position = Number(event.position?.commit ?? 0);
  const recorded = recordedEvent(event, stream, version, position);
  return { stream, position, version, data: event.data, event: recorded };
}

function recordedEvent(
  { type, data, metadata: given, isJson }: ClientEvent,
  stream: string,
  version: number,
  position: Position,
): RecordedEvent | null {
  if (!isJson || typeof given !== 'object' || given === null) return null;
  const { sealed, ...metadata } = given as unknown as EventMetadata & { sealed?: SealedFields };
  if (typeof metadata.id !== 'string' || typeof metadata.organization !== 'string') return null;
  const json = data as JsonObject;
  return { type, data: json, ...(sealed ? { sealed } : {}), metadata, stream, version, position };
}
