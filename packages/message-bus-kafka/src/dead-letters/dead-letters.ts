import type { DeadLetter, DeadLetters } from '@countersign/message-bus';
import { connectTo, DEFAULT_TIMING, type KafkaOptions } from '../client.ts';
import { DEAD_LETTER_SUFFIX } from '../sending/dead-letters.ts';
import { createSender } from '../sending/sender.ts';
import { originalRecord, partitionOf, readLetter, replayNote, topicOf } from './letter.ts';
import { createOpenLetters, isParked } from './open-letters.ts';
import { readToEnd } from './read-to-end.ts';

/** Where dead letters are read from. */
export interface KafkaDeadLettersOptions extends KafkaOptions {
  /** Whose dead letters there may be. */
  readonly topics: readonly string[];
}

/** Reads `.dlq` topics when it is asked: nothing is kept between. */
export interface KafkaDeadLetters extends DeadLetters {
  close(): Promise<void>;
}

/** The dead letters of Kafka's topics. What was replayed is noted on their own topic, so that every process knows. */
export function createKafkaDeadLetters(options: KafkaDeadLettersOptions): KafkaDeadLetters {
  const { sendTimeoutMs } = { ...DEFAULT_TIMING, ...options.timing };
  const kafka = connectTo(options);
  const sender = createSender(kafka, { timeoutMs: sendTimeoutMs });

  /** `keep` says of which letters the values are wanted. */
  const read = async (
    topics: readonly string[],
    keep: (letter: DeadLetter) => boolean,
  ): Promise<DeadLetter[]> => {
    const open = createOpenLetters();
    const names = topics.map((topic) => `${topic}${DEAD_LETTER_SUFFIX}`);
    await readToEnd(kafka, names, ({ topic, partition, message }) => {
      const one = readLetter(message);
      if (one.kind !== 'letter') return open.apply(partition, one);
      // Letters of another topic can't be told apart by their place.
      if (`${one.letter.topic}${DEAD_LETTER_SUFFIX}` !== topic || one.letter.partition !== partition) return;
      const { letter } = one;
      const kept = keep(letter) ? letter : { ...letter, record: { ...letter.record, value: null } };
      open.apply(partition, { kind: 'letter', letter: kept });
    });
    return open.all();
  };
  const known = (id: string) => options.topics.filter((topic) => topic === topicOf(id));
  const send = async (record: ReturnType<typeof originalRecord>): Promise<void> => {
    const sent = await sender.send([record]);
    if (sent.kind !== 'acknowledged') throw new Error(sent.detail);
  };

  return {
    list: async (topic) =>
      read(
        options.topics.filter((one) => topic === undefined || one === topic),
        () => false,
      ),
    async get(id) {
      const letters = await read(known(id), (letter) => letter.id === id);
      return letters.find((letter) => letter.id === id) ?? null;
    },
    async replay(id) {
      const letters = await read(known(id), (letter) => partitionOf(letter.id) === partitionOf(id));
      const wanted = letters.find((letter) => letter.id === id);
      if (!wanted) return null;
      if (isParked(wanted)) return 0;
      const before = letters.filter(
        (letter) =>
          letter.id <= id &&
          letter.partition === wanted.partition &&
          sameKey(letter, wanted) &&
          !isParked(letter),
      );
      for (const letter of before) {
        await send(originalRecord(letter));
        await send(replayNote(letter, `${letter.topic}${DEAD_LETTER_SUFFIX}`));
      }
      return before.length;
    },
    close: () => sender.close(),
  };
}

function sameKey({ record: { key: one } }: DeadLetter, { record: { key: other } }: DeadLetter): boolean {
  return one === null || other === null ? one === other : Buffer.from(one).equals(other);
}
