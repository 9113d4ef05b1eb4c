import type { JsonObject, SealedFields } from '@countersign/event-sourcing';
import type { EventMetadata, NewEvent, RecordedEvent } from '@countersign/event-store';
import type { Column } from '../threads/protocol.ts';
import { READ_COLUMNS } from '../threads/reader-protocol.ts';

interface Body {
  readonly time: string;
  readonly correlation?: string;
  readonly causation?: string;
  readonly traceparent?: string;
  readonly data: JsonObject;
  readonly sealed?: SealedFields;
}

/** The stored JSON of what has no column of its own. @throws TypeError for what JSON can't hold (a `bigint`, a circle). */
export function encodeBody({ data, sealed, metadata }: NewEvent): string {
  const { time, correlation, causation, traceparent } = metadata;
  // Absent values are `undefined` here and so left out by `stringify`.
  return JSON.stringify({ time, correlation, causation, traceparent, data, sealed });
}

/** Size of an event as it counts against the limit: its stored JSON and its names. */
export function storedBytes(event: NewEvent, body: string, limit: number): number {
  const names = event.type.length + event.metadata.id.length + event.metadata.organization.length;
  // UTF-8 takes at most three bytes per UTF-16 unit: small events need no count.
  return body.length * 3 + names <= limit ? body.length + names : Buffer.byteLength(body) + names;
}

/** The event that starts at column `at` of rows from the reader. */
export function decodeRow(columns: readonly Column[], at: number): RecordedEvent {
  const body: Body = JSON.parse(columns[at + 6] as string);
  const { time, correlation, causation, traceparent } = body;
  const metadata: { -readonly [Key in keyof EventMetadata]: EventMetadata[Key] } = {
    id: columns[at + 3] as string,
    time,
    organization: columns[at + 5] as string,
  };
  if (correlation !== undefined) metadata.correlation = correlation;
  if (causation !== undefined) metadata.causation = causation;
  if (traceparent !== undefined) metadata.traceparent = traceparent;
  return {
    type: columns[at + 4] as string,
    data: body.data,
    ...(body.sealed === undefined ? {} : { sealed: body.sealed }),
    metadata,
    stream: columns[at + 1] as string,
    version: columns[at + 2] as number,
    position: columns[at] as number,
  };
}

/** Events of rows that came as one flat array of columns. */
export function decodeRows(columns: readonly Column[]): RecordedEvent[] {
  const events: RecordedEvent[] = [];
  for (let at = 0; at < columns.length; at += READ_COLUMNS) events.push(decodeRow(columns, at));
  return events;
}
