import type { JsonObject, SealedFields, StreamVersion } from '@countersign/event-sourcing';

/** Place of an event in the global order; grows, may have holes. 0 = before the first event. */
export type Position = number;

/** What every event carries beside its facts. */
export interface EventMetadata {
  /** The event's id, made before the first attempt to append: a retry carries the same. */
  readonly id: string;
  /** Time of the command that caused it, RFC 3339 UTC with milliseconds. */
  readonly time: string;
  /** Tenant, and partition key on the bus. */
  readonly organization: string;
  /** The tool call (or other process) that it belongs to. */
  readonly correlation?: string;
  /** Id of the event or intent that caused it. */
  readonly causation?: string;
  /** W3C trace context of the request at the edge. */
  readonly traceparent?: string;
}

/** An event ready to be stored: personal fields are sealed, the clear part is JSON. */
export interface NewEvent {
  readonly type: string;
  readonly data: JsonObject;
  readonly sealed?: SealedFields;
  readonly metadata: EventMetadata;
}

/** A stored event. `version` is the stream's version after it, so the first event of a stream has 1. */
export interface RecordedEvent extends NewEvent {
  readonly stream: string;
  readonly version: StreamVersion;
  readonly position: Position;
}

/** An event as an append has stored it. Where it stands in the global order is told of the last of a batch alone. */
export type AppendedEvent = Omit<RecordedEvent, 'position'>;
