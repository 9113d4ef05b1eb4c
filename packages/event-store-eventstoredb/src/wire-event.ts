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
  readonly metadata: Record<string, unknown>;
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

export function wireEvent({ type, data, sealed, metadata }: NewEvent): WireEvent {
  return {
    id: eventUuid(metadata.id),
    type,
    data,
    metadata: sealed ? { ...metadata, sealed } : { ...metadata },
  };
}

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
