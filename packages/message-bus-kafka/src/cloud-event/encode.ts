import { dataSchemaOf, findPublicEvent } from '@countersign/contracts';
import type { Message } from '@countersign/message-bus';
import type { IHeaders } from 'kafkajs';
import type { OutgoingRecord } from '../sending/outgoing-record.ts';

/** Of every message: its data is JSON. */
export const CONTENT_TYPE = 'application/json';
/** What the source of every event begins with; the service follows. */
export const SOURCE = '/countersign/';

/** A message as a CloudEvent in Kafka's binary mode: attributes are headers, data the value, the organization the key. */
export function encodeMessage(topic: string, message: Message): OutgoingRecord {
  const { correlation, causation, traceparent, sealed } = message;
  const headers: IHeaders = {
    'content-type': CONTENT_TYPE,
    ce_specversion: '1.0',
    ce_id: message.id,
    ce_source: `${SOURCE}${message.service}`,
    ce_type: message.type,
    ce_subject: message.subject,
    ce_time: message.time,
    ce_dataschema: dataSchemaOf(message.type, findPublicEvent(message.type)?.version ?? 1),
    ce_organization: message.organization,
    ce_sequence: String(message.sequence),
    ce_position: String(message.position),
    ce_partitionkey: message.organization,
  };
  if (correlation !== undefined) headers.ce_correlationid = correlation;
  if (causation !== undefined) headers.ce_causationid = causation;
  if (traceparent !== undefined) headers.ce_traceparent = traceparent;
  if (sealed !== undefined) headers.ce_sealed = JSON.stringify(sealed);
  return { topic, key: message.organization, value: JSON.stringify(message.data), headers };
}
