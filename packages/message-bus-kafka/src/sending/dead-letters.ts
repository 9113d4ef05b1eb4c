import { setTimeout } from 'node:timers/promises';
import type { IHeaders } from 'kafkajs';
import type { RecordContent } from '../cloud-event/decode.ts';
import { type OutgoingRecord, sizeOf } from './outgoing-record.ts';
import type { Sender } from './sender.ts';

/** A record that a group has put aside, as it stood on its topic, and why. */
export interface DeadLetter extends RecordContent {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  /** Group and instance. */
  readonly consumer: string;
  readonly code: string;
  readonly detail: string;
  readonly attempts: number;
  readonly firstAttemptMs: number;
  readonly lastAttemptMs: number;
}

/** What the name of a topic's dead letters ends with. */
export const DEAD_LETTER_SUFFIX = '.dlq';

const MAX_DETAIL_CHARS = 1_000;
/** Below what a topic of dead letters takes (2 MiB and 64 KiB), and more than an original and what is said of it have. */
const MAX_LETTER_BYTES = 2 * 1024 * 1024 + 32 * 1024;
const NO_BYTES = Buffer.alloc(0);

/**
 * The original key, value and headers, in the original's partition, with headers that say what became of it. It can be
 * written whatever the original was: a letter that can not would stop its partition for ever. Names of headers that are no
 * UTF-8 become longer when they are read; where the letter becomes too large by that, it is written without the original's.
 */
export function deadLetterRecord(letter: DeadLetter): OutgoingRecord {
  const { topic, partition, offset, key, value } = letter;
  const said: IHeaders = {
    dlq_topic: topic,
    dlq_partition: String(partition),
    dlq_offset: offset,
    dlq_consumer: letter.consumer,
    dlq_error_code: letter.code,
    dlq_error: letter.detail.slice(0, MAX_DETAIL_CHARS),
    dlq_attempts: String(letter.attempts),
    dlq_first_attempt: new Date(letter.firstAttemptMs).toISOString(),
    dlq_last_attempt: new Date(letter.lastAttemptMs).toISOString(),
  };
  const place = { topic: `${topic}${DEAD_LETTER_SUFFIX}`, partition, key, value };
  const whole = { ...place, headers: { ...writable(letter.headers), ...said } };
  return sizeOf(whole) <= MAX_LETTER_BYTES ? whole : { ...place, headers: said };
}

/** The client can not write a header without a value, which the protocol allows: it gets an empty one. */
function writable(headers: IHeaders = {}): IHeaders {
  const values = Object.entries(headers).map(([name, given]) => [
    name,
    [given].flat().map((one) => one ?? NO_BYTES),
  ]);
  return Object.fromEntries(values);
}

const FIRST_DELAY_MS = 100;
const MAX_DELAY_MS = 5_000;

/** Tells whether the dead letter stands on its topic; tries until it does or the signal aborts. */
export async function writeDeadLetter(
  sender: Sender,
  letter: OutgoingRecord,
  signal: AbortSignal,
): Promise<boolean> {
  for (let delay = FIRST_DELAY_MS; !signal.aborted; delay = Math.min(delay * 2, MAX_DELAY_MS)) {
    const published = await sender.send([letter]);
    if (published.kind === 'acknowledged') return true;
    await wait(delay, signal);
  }
  return false;
}

/** Resolves after the time, or at once when the signal aborts. */
export async function wait(ms: number, signal: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, { signal }).catch(() => undefined);
}
