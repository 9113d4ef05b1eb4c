import { type CloudEvent, findPublicEvent, readPublicEvent } from '@countersign/contracts';
import type { Message } from '@countersign/message-bus';
import type { IHeaders } from 'kafkajs';
import { CONTENT_TYPE, SOURCE } from './encode.ts';

/** A record's content, as the broker keeps it. */
export interface RecordContent {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: IHeaders | undefined;
}

/** What a record is to a group: a message, none of its types, or nothing that can be understood. */
export type Decoded =
  | { readonly kind: 'message'; readonly message: Message }
  | { readonly kind: 'passed_over'; readonly position: number }
  | { readonly kind: 'undecodable'; readonly code: UndecodableCode; readonly detail: string };

type UndecodableCode = 'malformed_record' | 'invalid_event' | 'unknown_version' | 'wrong_key';

const NUMBER = /^(0|[1-9][0-9]*)$/;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads a record of a topic of organizations, strictly: what is not exactly a CloudEvent of Countersign is undecodable,
 * though it is proven. Unknown attributes and fields are left alone, since they do not make a new version.
 */
export function decodeRecord(
  topic: string,
  record: RecordContent,
  wants: (type: string) => boolean,
): Decoded {
  try {
    const header = readHeaders(record.headers ?? {});
    const type = header('ce_type');
    if (type === undefined) throw new Malformed('ce_type is missing');
    const position = readNumber('ce_position', header('ce_position'));
    if (!wants(type)) return { kind: 'passed_over', position };
    const event = readEvent(record, header);
    const key = record.key === null ? null : utf8.decode(record.key);
    if (key !== event.organization)
      return undecodable('wrong_key', 'the key of the record is not the organization of the event');
    return judge(topic, event, position);
  } catch (cause) {
    if (cause instanceof Malformed) return undecodable('malformed_record', cause.message);
    // Text that is no UTF-8, data that is no JSON.
    if (cause instanceof TypeError || cause instanceof SyntaxError)
      return undecodable('malformed_record', 'the record holds no UTF-8 or no JSON');
    throw cause;
  }
}

class Malformed extends Error {}

function undecodable(code: UndecodableCode, detail: string): Decoded {
  return { kind: 'undecodable', code, detail };
}

type Header = (name: string) => string | undefined;

function readHeaders(headers: IHeaders): Header {
  return (name) => {
    const value = headers[name];
    if (value === undefined) return undefined;
    if (Array.isArray(value)) throw new Malformed(`${name} is given more than once`);
    return typeof value === 'string' ? value : utf8.decode(value);
  };
}

function readNumber(name: string, text: string | undefined): number {
  const number = Number(text);
  if (text === undefined || !NUMBER.test(text) || !Number.isSafeInteger(number))
    throw new Malformed(`${name} is not a whole number`);
  return number;
}

function readEvent({ value }: RecordContent, header: Header): CloudEvent {
  if (header('content-type') !== CONTENT_TYPE) throw new Malformed(`the content type is not ${CONTENT_TYPE}`);
  if (value === null) throw new Malformed('the record has no value');
  const event: Record<string, unknown> = {
    datacontenttype: CONTENT_TYPE,
    sequence: readNumber('ce_sequence', header('ce_sequence')),
    data: JSON.parse(utf8.decode(value)),
  };
  for (const name of ATTRIBUTES) {
    const attribute = header(`ce_${name}`);
    if (attribute !== undefined) event[name] = attribute;
  }
  const sealed = header('ce_sealed');
  if (sealed !== undefined) event.sealed = JSON.parse(sealed);
  return event as CloudEvent;
}

const ATTRIBUTES = [
  'specversion',
  'id',
  'source',
  'type',
  'subject',
  'time',
  'dataschema',
  'organization',
  'position',
  'partitionkey',
  'correlationid',
  'causationid',
  'traceparent',
];

function judge(topic: string, event: CloudEvent, position: number): Decoded {
  const read = readPublicEvent(event);
  if (read.code === 'invalid_event') {
    const errors = read.errors.map(({ pointer, detail }) => `${pointer}: ${detail}`);
    return undecodable('invalid_event', errors.join('; ').slice(0, 1_000));
  }
  // A type of another installation's making is the group's own business; another version of a known one is not readable.
  if (read.code === 'unknown_type' && findPublicEvent(event.type))
    return undecodable('unknown_version', `${event.dataschema} is not known here`);
  return { kind: 'message', message: toMessage(topic, event, position) };
}

function toMessage(topic: string, event: CloudEvent, position: number): Message {
  const { correlationid, causationid, traceparent, sealed } = event;
  return {
    id: event.id,
    type: event.type,
    topic,
    service: event.source.slice(SOURCE.length),
    subject: event.subject,
    sequence: event.sequence,
    position,
    time: event.time,
    organization: event.organization,
    ...(correlationid === undefined ? {} : { correlation: correlationid }),
    ...(causationid === undefined ? {} : { causation: causationid }),
    ...(traceparent === undefined ? {} : { traceparent }),
    data: event.data,
    ...(sealed === undefined ? {} : { sealed }),
  };
}
