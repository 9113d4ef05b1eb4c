import type { DeadLetter, DeadLetterCause } from '@countersign/message-bus';
import type { IHeaders } from 'kafkajs';
import type { RecordContent } from '../cloud-event/decode.ts';
import type { OutgoingRecord } from '../sending/outgoing-record.ts';

/** What a record on a topic of dead letters is. */
export type Read =
  | { readonly kind: 'letter'; readonly letter: DeadLetter }
  | { readonly kind: 'replayed'; readonly offset: string }
  | { readonly kind: 'other' };

const REPLAYED = 'dlq_replayed';
const SAID = /^dlq_/;

/** Reads a record of a `.dlq` topic; whoever wrote something else there is passed over. */
export function readLetter({ key, value, headers = {} }: RecordContent): Read {
  const said = (name: string): string => textOf(headers[name]);
  const topic = said('dlq_topic');
  // A letter always says where it is from. So an original that bears this header can not pass for the note of a replay.
  if (topic === '')
    return headers[REPLAYED] ? { kind: 'replayed', offset: said(REPLAYED) } : { kind: 'other' };
  const [group = '', ...instance] = said('dlq_consumer').split('@');
  const cause: DeadLetterCause = {
    group,
    instance: instance.join('@'),
    code: said('dlq_error_code'),
    detail: said('dlq_error'),
    attempts: Number(said('dlq_attempts')) || 1,
    firstAttemptAt: said('dlq_first_attempt'),
    lastAttemptAt: said('dlq_last_attempt'),
  };
  const partition = Number(said('dlq_partition'));
  const offset = said('dlq_offset');
  const original = Object.entries(headers).filter(([name]) => !SAID.test(name));
  return {
    kind: 'letter',
    letter: {
      id: letterId(topic, partition, offset),
      topic,
      partition,
      offset,
      record: {
        key,
        value,
        headers: original.flatMap(([name, given]) =>
          [given].flat().map((one) => [name, Buffer.from(one ?? '')] as const),
        ),
      },
      causes: [cause],
    },
  };
}

/** Sorted by it, letters of a partition are in the order of their offsets. */
function letterId(topic: string, partition: number, offset: string): string {
  return `${topic}-${String(partition).padStart(3, '0')}-${offset.padStart(12, '0')}`;
}

/** Topic and partition that an id names. */
export function partitionOf(id: string): string {
  return id.slice(0, id.lastIndexOf('-'));
}

/** The topic that an id names; it need not exist. */
export function topicOf(id: string): string {
  return id.replace(/-\d+-\d+$/, '');
}

/** The record as it stood, for the partition that it stood in. */
export function originalRecord({ topic, partition, record }: DeadLetter): OutgoingRecord {
  const byName = Map.groupBy(record.headers, ([name]) => name);
  const headers: IHeaders = Object.fromEntries(
    Array.from(byName, ([name, given]) => [name, given.map(([, value]) => Buffer.from(value))]),
  );
  return { topic, partition, key: bytesOf(record.key), value: bytesOf(record.value), headers };
}

/** Says on the topic of dead letters that a record was replayed; behind the letters that it is about. */
export function replayNote(
  { partition, offset, record }: DeadLetter,
  deadLetterTopic: string,
): OutgoingRecord {
  return {
    topic: deadLetterTopic,
    partition,
    key: bytesOf(record.key),
    value: null,
    headers: { [REPLAYED]: offset },
  };
}

function bytesOf(bytes: Uint8Array | null): Buffer | null {
  return bytes === null ? null : Buffer.from(bytes);
}

function textOf(header: IHeaders[string]): string {
  const [first] = [header].flat();
  return String(first ?? '');
}
