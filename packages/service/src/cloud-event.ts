import {
  type CloudEvent,
  dataSchemaOf,
  findPublicEvent,
  type JsonObject,
  type Problem,
  problem,
} from '@countersign/contracts';
import type { Message } from '@countersign/message-bus';
import { isOpenError, type Sealer } from '@countersign/sealing';
import { sealedEvent } from './message.ts';

/** A message in the form in which it leaves Countersign: CloudEvents 1.0, `sealed` as it is. */
export function toCloudEvent(message: Message): CloudEvent {
  const { correlation, causation, traceparent, sealed } = message;
  return {
    specversion: '1.0',
    id: message.id,
    source: `/countersign/${message.service}`,
    type: message.type,
    subject: message.subject,
    time: message.time,
    datacontenttype: 'application/json',
    dataschema: dataSchemaOf(message.type, findPublicEvent(message.type)?.version ?? 1),
    organization: message.organization,
    sequence: message.sequence,
    position: String(message.position),
    partitionkey: message.organization,
    ...(correlation === undefined ? {} : { correlationid: correlation }),
    ...(causation === undefined ? {} : { causationid: causation }),
    ...(traceparent === undefined ? {} : { traceparent }),
    data: message.data as JsonObject,
    ...(sealed ? { sealed } : {}),
  };
}

/** The same with the erasable fields as they are shown once nobody may read them any more, whether or not their key is there still. */
export function erasedCloudEvent(message: Message): CloudEvent {
  const { sealed, ...event } = toCloudEvent(message);
  const fields = Object.keys(sealed?.digests ?? {}).map((name) => [name, { erased: true }]);
  return { ...event, data: { ...event.data, ...Object.fromEntries(fields) } as JsonObject };
}

/** The same with the erasable fields opened in place: their values, or `{erased: true}` once the key is destroyed. */
export async function openedCloudEvent(sealer: Sealer, message: Message): Promise<CloudEvent | Problem> {
  const { sealed, ...event } = toCloudEvent(message);
  if (!sealed) return event;
  const opened = await sealer.open(sealedEvent(message));
  if (isOpenError(opened)) return problem('unavailable', 'the erasable fields can not be opened now');
  return { ...event, data: { ...event.data, ...opened.fields } as JsonObject };
}
