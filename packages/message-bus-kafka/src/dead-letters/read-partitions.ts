import { randomUUID } from 'node:crypto';
import { type Admin, AssignerProtocol, type Kafka, type KafkaMessage, type PartitionAssigner } from 'kafkajs';
import { keyOf, type Partition } from '../consuming/partition-offsets.ts';

const READ_WITHIN_MS = 60_000;
const MAX_WAIT_MS = 50;
const ATTEMPTS = 20;
const AGAIN_AFTER_MS = 200;
const ASSIGNER = 'CountersignOnlyWanted';

/** A record and where it stands. */
export interface Found extends Partition {
  readonly message: KafkaMessage;
}

/** What of the topics is read. */
export interface Wanted {
  readonly topics: readonly string[];
  /** The first offset that is wanted of a partition; `null` if nothing of it is. */
  from(partition: Partition): number | null;
  /** Tells whether more of the record's partition is wanted. */
  visit(found: Found): boolean;
}

interface Part extends Partition {
  readonly from: number;
  readonly end: number;
}

/**
 * Reads partitions from where they are wanted up to what stands there now, each in its order, and no more of them than is
 * wanted. The client reads for groups alone, so this is one of its own that commits nothing and is gone afterwards.
 * @throws Error if the brokers can't be read, or a topic is not there
 */
export async function readPartitions(kafka: Kafka, wanted: Wanted): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  const group = `dead-letters-${randomUUID()}`;
  try {
    const parts = await partsOf(admin, wanted);
    if (parts.length === 0) return;
    await consume(kafka, group, parts, wanted.visit);
    // It would go by itself, a week later.
    await admin.deleteGroups([group]).catch(() => {});
  } finally {
    await admin.disconnect();
  }
}

/** The partitions that hold anything that is wanted. */
async function partsOf(admin: Admin, { topics, from }: Wanted): Promise<Part[]> {
  const parts: Part[] = [];
  for (const topic of topics)
    for (const { partition, high, low } of await offsetsOf(admin, topic)) {
      const wanted = from({ topic, partition });
      if (wanted === null) continue;
      const part = { topic, partition, from: Math.max(wanted, Number(low)), end: Number(high) };
      if (part.from < part.end) parts.push(part);
    }
  return parts;
}

/** The client does not ask again when a leader has just moved. */
async function offsetsOf(admin: Admin, topic: string): ReturnType<Admin['fetchTopicOffsets']> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await admin.fetchTopicOffsets(topic);
    } catch (cause) {
      if (attempt === ATTEMPTS || (cause as { retriable?: boolean }).retriable === false) throw cause;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MS));
    }
  }
}

async function consume(
  kafka: Kafka,
  groupId: string,
  parts: readonly Part[],
  visit: Wanted['visit'],
): Promise<void> {
  const left = new Map(parts.map((part) => [keyOf(part), part]));
  const assignment = Object.fromEntries(
    Array.from(
      Map.groupBy(parts, ({ topic }) => topic),
      ([topic, own]) => [topic, own.map(({ partition }) => partition)],
    ),
  );
  const consumer = kafka.consumer({
    groupId,
    maxWaitTimeInMs: MAX_WAIT_MS,
    allowAutoTopicCreation: false,
    readUncommitted: true,
    partitionAssigners: [only(assignment)],
    retry: { retries: 3 },
  });
  const over = Promise.withResolvers<void>();
  const late = setTimeout(
    () => over.reject(new Error('the dead letters could not be read in time')),
    READ_WITHIN_MS,
  );
  const enough = ({ topic, partition }: Partition) => {
    if (left.delete(keyOf({ topic, partition }))) consumer.pause([{ topic, partitions: [partition] }]);
    if (left.size === 0) over.resolve();
  };
  consumer.on(consumer.events.CRASH, ({ payload }) => over.reject(payload.error));
  consumer.on(consumer.events.GROUP_JOIN, () => {
    for (const { topic, partition, from } of left.values())
      consumer.seek({ topic, partition, offset: String(from) });
  });
  // Of every batch, also of one that holds nothing but marks of transactions.
  consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
    const part = left.get(keyOf(payload));
    if (part && Number(payload.lastOffset) + 1 >= part.end) enough(part);
  });
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: Object.keys(assignment), fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      async eachBatch({ batch: { topic, partition, messages } }) {
        const part = left.get(keyOf({ topic, partition }));
        for (const message of messages) {
          const offset = Number(message.offset);
          if (!part || offset < part.from || offset >= part.end) continue;
          if (!visit({ topic, partition, message })) return enough(part);
        }
      },
    });
    await over.promise;
  } finally {
    clearTimeout(late);
    await consumer.disconnect();
  }
}

/** Gives the group's only member these partitions and none beside. */
function only(assignment: { [topic: string]: number[] }): PartitionAssigner {
  const userData = Buffer.alloc(0);
  return () => ({
    name: ASSIGNER,
    version: 1,
    protocol: ({ topics }) => ({
      name: ASSIGNER,
      metadata: AssignerProtocol.MemberMetadata.encode({ version: 1, topics, userData }),
    }),
    assign: async ({ members }) =>
      members.map(({ memberId }) => ({
        memberId,
        memberAssignment: AssignerProtocol.MemberAssignment.encode({ version: 1, assignment, userData }),
      })),
  });
}
