import { type DeadLetter, type DeadLetterCause, isParkedCause } from '@countersign/message-bus';
import type { IHeaders, KafkaMessage } from 'kafkajs';
import type { Partition } from '../consuming/partition-offsets.ts';
import type { OutgoingRecord } from '../sending/outgoing-record.ts';

/** A letter as it stands on its topic. */
export interface StandingLetter extends DeadLetter {
  /** When the broker says that it was written. */
  readonly writtenMs: number;
}

/** Where a letter stands: the topic and the partition of its original, and its own offset. */
export interface Place extends Partition {
  readonly at: number;
}

const SAID = /^dlq_/;
const UNINTELLIGIBLE = ['unproven', 'wrong_key', 'malformed_record', 'invalid_event'];
/** Of each thing that is said of a record: more than anything that a group says has, whoever else may write there. */
const MAX_SAID_BYTES = 4 * 1024;
const ID = /^(.+)-(\d{3,})-(\d{12,})$/;

/** Reads a record of a topic of dead letters; `null` for what is none, whoever wrote it there. */
export function readLetter(
  { topic, partition }: Partition,
  { key, value, headers = {}, offset: at, timestamp }: KafkaMessage,
): StandingLetter | null {
  const said = (name: string): string => textOf(headers[name]);
  // It stands in the partition of its original.
  if (said('dlq_topic') !== topic || Number(said('dlq_partition')) !== partition) return null;
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
  const original = Object.entries(headers).filter(([name]) => !SAID.test(name));
  return {
    id: idOf({ topic, partition, at: Number(at) }),
    topic,
    partition,
    offset: said('dlq_offset'),
    record: {
      key,
      value,
      headers: original.flatMap(([name, given]) =>
        [given].flat().map((one) => [name, Buffer.from(one ?? '')] as const),
      ),
    },
    causes: [cause],
    writtenMs: Number(timestamp),
  };
}

/** Sorted by it, letters of a partition are in the order in which they stand. */
export function idOf({ topic, partition, at }: Place): string {
  return `${partitionId({ topic, partition })}-${String(at).padStart(12, '0')}`;
}

/** What the ids of a partition's letters begin with. */
export function partitionId({ topic, partition }: Partition): string {
  return `${topic}-${String(partition).padStart(3, '0')}`;
}

/** The place that an id names; nothing need stand there. `null` for what is no id. */
export function placeOf(id: string): Place | null {
  const [, topic, partition, at] = ID.exec(id) ?? [];
  return topic === undefined ? null : { topic, partition: Number(partition), at: Number(at) };
}

/** The letter, and the latest of what each group says of its record. */
export function withCauses<Letter extends DeadLetter>(letter: Letter, { causes }: DeadLetter): Letter {
  const others = letter.causes.filter(({ group }) => causes.every((cause) => cause.group !== group));
  return { ...letter, causes: [...others, ...causes] };
}

/** Whether it is released by where it is parked, not by being replayed. */
export function isParked({ causes }: DeadLetter): boolean {
  return causes.every(isParkedCause);
}

/** Whether no group could tell what it is, whatever its version: also not whether it belongs to its key. */
export function isUnintelligible({ causes }: DeadLetter): boolean {
  return causes.every(({ code }) => UNINTELLIGIBLE.includes(code));
}

/** The record as it stood, for the partition that it stood in. */
export function originalRecord({ topic, partition, record }: DeadLetter): OutgoingRecord {
  const byName = Map.groupBy(record.headers, ([name]) => name);
  const headers: IHeaders = Object.fromEntries(
    Array.from(byName, ([name, given]) => [name, given.map(([, value]) => Buffer.from(value))]),
  );
  return { topic, partition, key: bytesOf(record.key), value: bytesOf(record.value), headers };
}

function bytesOf(bytes: Uint8Array | null): Buffer | null {
  return bytes === null ? null : Buffer.from(bytes);
}

function textOf(header: IHeaders[string]): string {
  const [first] = [header].flat();
  // The bytes are cut and not the text, of which the whole would be kept for a part.
  return Buffer.isBuffer(first) ? first.toString('utf8', 0, MAX_SAID_BYTES) : (first ?? '');
}
