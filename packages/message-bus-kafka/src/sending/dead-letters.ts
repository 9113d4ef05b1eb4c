import { setTimeout } from 'node:timers/promises';
import type { IHeaders } from 'kafkajs';
import type { RecordContent } from '../cloud-event/decode.ts';
import type { OutgoingRecord } from './outgoing-record.ts';
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

/** The original key, value and headers, in the original's partition, with headers that say what became of it. */
export function deadLetterRecord(letter: DeadLetter): OutgoingRecord {
  const { topic, partition, offset, key, value, headers } = letter;
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
  return {
    topic: `${topic}${DEAD_LETTER_SUFFIX}`,
    partition,
    key,
    value,
    headers: { ...headers, ...said },
  };
}

const MAX_DETAIL_CHARS = 1_000;

const FIRST_DELAY_MS = 100;
const MAX_DELAY_MS = 5_000;

/** Tells whether the dead letter stands on its topic; tries until it does or the signal aborts. */
export async function writeDeadLetter(
  sender: Sender,
  letter: DeadLetter,
  signal: AbortSignal,
): Promise<boolean> {
  const record = deadLetterRecord(letter);
  for (let delay = FIRST_DELAY_MS; !signal.aborted; delay = Math.min(delay * 2, MAX_DELAY_MS)) {
    const published = await sender.send([record]);
    if (published.kind === 'acknowledged') return true;
    await wait(delay, signal);
  }
  return false;
}

/** Resolves after the time, or at once when the signal aborts. */
export async function wait(ms: number, signal: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, { signal }).catch(() => undefined);
}
