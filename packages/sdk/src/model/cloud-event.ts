import type { JsonObject } from '../json/json-value.ts';

/** A public event: CloudEvents 1.0 with Countersign's extensions. Erasable fields are opened in place, or erased. */
export interface CloudEvent {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: string;
  /** The stream of the event. */
  readonly subject: string;
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly dataschema: string;
  readonly organization: string;
  /** The event's version in its stream: 1 for the first, without gaps. */
  readonly sequence: number;
  /** Its place in the ledger: opaque, comparable by length, then text. */
  readonly position: string;
  readonly partitionkey: string;
  /** Id of the tool call. */
  readonly correlationid?: string | undefined;
  readonly causationid?: string | undefined;
  readonly traceparent?: string | undefined;
  readonly data: JsonObject;
  readonly sealed?: JsonObject | undefined;
}
