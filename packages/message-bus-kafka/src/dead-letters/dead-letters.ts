import { type DeadLetter, type DeadLetters, isExpired } from '@countersign/message-bus';
import { connectTo, DEFAULT_TIMING, type KafkaOptions } from '../client.ts';
import type { Partition } from '../consuming/partition-offsets.ts';
import { DEAD_LETTER_SUFFIX } from '../sending/dead-letters.ts';
import { type OutgoingRecord, sizeOf } from '../sending/outgoing-record.ts';
import { createSender } from '../sending/sender.ts';
import {
  idOf,
  isParked,
  isUnintelligible,
  originalRecord,
  partitionId,
  placeOf,
  readLetter,
  type StandingLetter,
  withCauses,
} from './letter.ts';
import { createPage } from './page.ts';
import { readPartitions } from './read-partitions.ts';
import { createReplays, REPLAYED_SUFFIX, type Replays, replayNote } from './replays.ts';

/** Where dead letters are read from. */
export interface KafkaDeadLettersOptions extends KafkaOptions {
  /** Whose dead letters there may be. */
  readonly topics: readonly string[];
}

/** Reads `.dlq` topics when it is asked: nothing is kept between. */
export interface KafkaDeadLetters extends DeadLetters {
  close(): Promise<void>;
}

/** Most that is kept in memory of what is to be replayed: beyond that it is done in parts. */
const MAX_REPLAYED_BYTES = 16 * 1024 * 1024;
/** Records behind a letter among which those of other groups are looked for. */
const LOOKED_BEHIND = 100;
/** Of an outline's key and headers: one of ours is shorter. */
const MAX_OUTLINE_BYTES = 1_024;
const OUTLINED = ['ce_type', 'ce_position', 'ce_time'];

/** A record of a topic of dead letters, and the letter that it is. */
interface Scanned {
  readonly id: string;
  readonly letter: StandingLetter | null;
}

/**
 * The dead letters of Kafka's topics. Whoever may write to a topic may fill that of its dead letters, so none of this reads
 * more than is asked for. What was replayed is noted on topics beside them, so that every process knows.
 */
export function createKafkaDeadLetters(options: KafkaDeadLettersOptions): KafkaDeadLetters {
  const { sendTimeoutMs } = { ...DEFAULT_TIMING, ...options.timing };
  const kafka = connectTo(options);
  const sender = createSender(kafka, { timeoutMs: sendTimeoutMs });

  const readReplays = async (topics: readonly string[]): Promise<Replays> => {
    const replays = createReplays();
    await readPartitions(kafka, {
      topics: topics.map((topic) => `${topic}${REPLAYED_SUFFIX}`),
      from: () => 0,
      visit({ topic, message }) {
        replays.apply(topic, message);
        return true;
      },
    });
    return replays;
  };
  /** Reads topics of dead letters; partitions are named as those of the originals. */
  const readLetters = async (
    topics: readonly string[],
    from: (partition: Partition) => number | null,
    visit: (scanned: Scanned, place: Partition) => boolean,
  ): Promise<void> => {
    const original = ({ topic, partition }: Partition) => ({
      topic: topic.slice(0, -DEAD_LETTER_SUFFIX.length),
      partition,
    });
    await readPartitions(kafka, {
      topics: topics.map((topic) => `${topic}${DEAD_LETTER_SUFFIX}`),
      from: (partition) => from(original(partition)),
      visit({ message, ...found }) {
        const place = original(found);
        const id = idOf({ ...place, at: Number(message.offset) });
        return visit({ id, letter: readLetter(place, message) }, place);
      },
    });
  };
  /** Reads the partition that a letter stands in, from an offset on. */
  const readAround = async (
    { topic, partition }: Partition,
    at: number,
    visit: (scanned: Scanned) => boolean,
  ): Promise<void> => readLetters([topic], (one) => (one.partition === partition ? at : null), visit);

  const find = async (id: string, replays: Replays): Promise<StandingLetter | null> => {
    const place = placeOf(id);
    if (!place) return null;
    let found: StandingLetter | null = null;
    let looked = 0;
    await readAround(place, place.at, ({ id: scannedId, letter }) => {
      if (scannedId === id) found = letter;
      else if (found && letter?.offset === found.offset) found = withCauses(found, letter);
      looked += 1;
      return found !== null && looked < LOOKED_BEHIND;
    });
    return found && !replays.has(found) ? found : null;
  };
  const known = (id: string) => options.topics.filter((topic) => topic === placeOf(id)?.topic);
  const send = async (record: OutgoingRecord): Promise<void> => {
    const sent = await sender.send([record]);
    if (sent.kind !== 'acknowledged') throw new Error(sent.detail);
  };

  return {
    async list({ topic, after, limit }) {
      if (after !== undefined && known(after).length === 0) return null;
      const behind = after === undefined ? null : placeOf(after);
      const topics = options.topics.filter((one) => topic === undefined || one === topic);
      const replays = await readReplays(topics);
      const from = (place: Partition) => {
        if (!behind || partitionId(place) > partitionId(behind)) return 0;
        return partitionId(place) === partitionId(behind) ? behind.at + 1 : null;
      };
      const page = createPage(limit);
      for (const one of topics.toSorted()) {
        await readLetters([one], from, ({ id, letter }) =>
          page.take(id, letter && !replays.has(letter) ? outlineOf(letter) : null),
        );
        if (page.isFull()) break;
      }
      return page.done();
    },

    async get(id) {
      const topics = known(id);
      return topics.length === 0 ? null : find(id, await readReplays(topics));
    },

    async replay(id) {
      const topics = known(id);
      if (topics.length === 0) return null;
      const replays = await readReplays(topics);
      const wanted = await find(id, replays);
      if (!wanted) return null;
      if (isParked(wanted) || isExpired(wanted, Date.now())) return 0;
      // Whoever may write may put any number of these in front: they go with their like, and with no other.
      const passes = (letter: StandingLetter) =>
        isParked(letter) || (isUnintelligible(letter) && !isUnintelligible(wanted));
      const before = new Map<string, StandingLetter>();
      let bytes = 0;
      let reached = false;
      await readAround(wanted, 0, ({ id: scannedId, letter }) => {
        reached = scannedId >= id;
        const waits = letter && (scannedId === id || !passes(letter)) && !replays.has(letter);
        if (waits && sameKey(letter, wanted) && !isExpired(letter, Date.now())) {
          // Of several groups: it is replayed once, for all of them.
          before.set(letter.offset, letter);
          bytes += sizeOf(originalRecord(letter));
        }
        return !reached && bytes < MAX_REPLAYED_BYTES;
      });
      const inOrder = [...before.values()].sort((a, b) => Number(a.offset) - Number(b.offset));
      for (const letter of inOrder) {
        await send(originalRecord(letter));
        await send(replayNote(letter));
      }
      if (!reached) throw new Error(`${inOrder.length} in front of it are replayed, and there are more`);
      return inOrder.length;
    },

    close: () => sender.close(),
  };
}

/** What a list shows of a letter: many are kept at once, and each may be as large as a topic takes. */
function outlineOf(letter: StandingLetter): StandingLetter {
  const { key, headers } = letter.record;
  const cut = (bytes: Uint8Array) => Buffer.from(bytes.subarray(0, MAX_OUTLINE_BYTES));
  const kept = headers.filter(([name]) => OUTLINED.includes(name));
  return {
    ...letter,
    record: { key: key && cut(key), value: null, headers: kept.map(([name, bytes]) => [name, cut(bytes)]) },
  };
}

function sameKey({ record: { key: one } }: DeadLetter, { record: { key: other } }: DeadLetter): boolean {
  return one === null || other === null ? one === other : Buffer.from(one).equals(other);
}
