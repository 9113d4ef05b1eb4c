import type { JsonObject, SealedFields } from '@countersign/event-sourcing';
import { type EventMetadata, eventUuid, type NewEvent, type RecordedEvent } from '@countersign/event-store';
import { type CallError, invalid } from './call-error.ts';
import type { ProposedMessage, ReadResp, StreamIdentifier } from './messages.ts';
import { readUuid } from './uuid.ts';

/** Longest names of streams and types, in bytes. */
export const MAX_NAME_BYTES = 512;

const TICKS_PER_MILLISECOND = 10_000;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/;
const OPTIONAL = ['correlation', 'causation', 'traceparent'] as const;
const KNOWN = new Set<string>(['id', 'time', 'organization', 'sealed', ...OPTIONAL]);

/** A stored event for the protocol: versions count from 1 here and from 0 there; sealed fields travel in the metadata. */
export function encodeEvent(event: RecordedEvent): ReadResp {
  const { metadata, sealed, position } = event;
  const at = String(position);
  return {
    event: {
      commitPosition: at,
      event: {
        id: { string: eventUuid(metadata.id) },
        streamIdentifier: streamIdentifier(event.stream),
        streamRevision: String(event.version - 1),
        preparePosition: at,
        commitPosition: at,
        metadata: {
          type: event.type,
          'content-type': 'application/json',
          created: String(Date.parse(metadata.time) * TICKS_PER_MILLISECOND),
        },
        customMetadata: Buffer.from(JSON.stringify(sealed ? { ...metadata, sealed } : metadata)),
        data: Buffer.from(JSON.stringify(event.data)),
      },
    },
  };
}

/** A stream's name as the protocol carries it: bytes. */
export function streamIdentifier(stream: string): StreamIdentifier {
  return { streamName: Buffer.from(stream) };
}

/** The name of a stream, or why it can be none. */
export function readStreamName(identifier: StreamIdentifier | undefined): string | CallError {
  const bytes = identifier?.streamName ?? new Uint8Array();
  if (bytes.length === 0 || bytes.length > MAX_NAME_BYTES) {
    return invalid(`a stream's name has 1 to ${MAX_NAME_BYTES} bytes`);
  }
  return Buffer.from(bytes).toString('utf8');
}

/**
 * A proposed event, or why it can't be stored. Its metadata are those of the ledger: `organization` has to be there,
 * `time` is now if it isn't. What the ledger has no place for is refused rather than dropped, but for names that begin
 * with `$`: clients put them in unasked, for their own tracing.
 */
export function decodeEvent(proposed: ProposedMessage, now: () => string): NewEvent | CallError {
  const id = readUuid(proposed.id);
  const type = proposed.metadata?.type ?? '';
  if (id === null) return invalid("an event's id is a UUID");
  if (type === '' || Buffer.byteLength(type) > MAX_NAME_BYTES) {
    return invalid(`an event's type has 1 to ${MAX_NAME_BYTES} bytes`);
  }
  if (proposed.metadata?.['content-type'] !== 'application/json')
    return invalid('only application/json is stored');
  const data = jsonObject(proposed.data);
  const given = jsonObject(proposed.customMetadata);
  if (!data || !given) return invalid('data and metadata of an event are JSON objects');
  const unknown = Object.keys(given).find((name) => !KNOWN.has(name) && !name.startsWith('$'));
  if (unknown !== undefined)
    return invalid(`metadata have no ${unknown}; known are ${[...KNOWN].join(', ')}`);
  const metadata = readMetadata(given, id, now);
  if (!metadata)
    return invalid('metadata need an organization; ids and times are text, a time is RFC 3339 UTC');
  const { sealed } = given;
  if (sealed === undefined) return { type, data, metadata };
  if (!isSealed(sealed)) return invalid('sealed fields have a key, a ciphertext and digests');
  return { type, data, sealed, metadata };
}

/** The ledger's own id, if it is what the UUID was made of; else the UUID. */
function readMetadata(given: JsonObject, uuid: string, now: () => string): EventMetadata | null {
  const { id = uuid, time = now(), organization } = given;
  if (typeof id !== 'string' || eventUuid(id) !== uuid) return null;
  if (typeof time !== 'string' || !TIME.test(time) || Number.isNaN(Date.parse(time))) return null;
  if (typeof organization !== 'string' || organization === '') return null;
  const metadata: { -readonly [Key in keyof EventMetadata]: EventMetadata[Key] } = { id, time, organization };
  for (const name of OPTIONAL) {
    const value = given[name];
    if (value === undefined) continue;
    if (typeof value !== 'string') return null;
    metadata[name] = value;
  }
  return metadata;
}

function isSealed(value: unknown): value is SealedFields {
  if (!isObject(value)) return false;
  return typeof value.key === 'string' && typeof value.ciphertext === 'string' && isObject(value.digests);
}

function jsonObject(bytes: Uint8Array | undefined): JsonObject | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes ?? []).toString('utf8'));
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
