import type { KafkaMessage } from 'kafkajs';
import type { OutgoingRecord } from '../sending/outgoing-record.ts';
import type { StandingLetter } from './letter.ts';

/**
 * What a topic's notes of replayed letters are on: a topic that nobody writes to but who replays, so that it is small however
 * many letters there are.
 */
export const REPLAYED_SUFFIX = '.dlq.replayed';

/** Which letters were replayed since they were written. */
export interface Replays {
  /** Takes a record of a topic of notes. */
  apply(topic: string, message: KafkaMessage): void;
  has(letter: StandingLetter): boolean;
}

/** Nothing was replayed. */
export function createReplays(): Replays {
  const replayedMs = new Map<string, number>();
  return {
    apply(topic, { key, timestamp }) {
      replayedMs.set(`${topic} ${key}`, Number(timestamp));
    },
    has: (letter) =>
      (replayedMs.get(`${letter.topic}${REPLAYED_SUFFIX} ${originalOf(letter)}`) ?? -1) >= letter.writtenMs,
  };
}

/** Says that a record was replayed: for every group that has put it aside. */
export function replayNote(letter: StandingLetter): OutgoingRecord {
  return { topic: `${letter.topic}${REPLAYED_SUFFIX}`, key: originalOf(letter), value: null, headers: {} };
}

function originalOf({ partition, offset }: StandingLetter): string {
  return `${partition}/${offset}`;
}
