import { randomUUID } from 'node:crypto';
import type { Admin, Kafka, KafkaMessage } from 'kafkajs';
import { keyOf } from '../consuming/partition-offsets.ts';

const READ_WITHIN_MS = 60_000;
const MAX_WAIT_MS = 50;
const ATTEMPTS = 20;
const AGAIN_AFTER_MS = 200;

/**
 * Everything that stands on topics now, in the order of each partition. The client reads for groups alone, so this is one of its
 * own that commits nothing and is gone afterwards.
 * @throws Error if the brokers can't be read, or a topic is not there
 */
export async function readToEnd(
  kafka: Kafka,
  topics: readonly string[],
  visit: (record: { topic: string; partition: number; message: KafkaMessage }) => void,
): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  const group = `dead-letters-${randomUUID()}`;
  try {
    const left = await endsOf(admin, topics);
    if (left.size === 0) return;
    await consume(kafka, group, topics, left, visit);
    // It would go by itself, a week later.
    await admin.deleteGroups([group]).catch(() => {});
  } finally {
    await admin.disconnect();
  }
}

/** Where the partitions that hold anything end. */
async function endsOf(admin: Admin, topics: readonly string[]): Promise<Map<string, number>> {
  const ends = new Map<string, number>();
  for (const topic of topics)
    for (const { partition, high, low } of await offsetsOf(admin, topic))
      if (high !== low) ends.set(keyOf({ topic, partition }), Number(high));
  return ends;
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
  topics: readonly string[],
  left: Map<string, number>,
  visit: (record: { topic: string; partition: number; message: KafkaMessage }) => void,
): Promise<void> {
  const consumer = kafka.consumer({
    groupId,
    maxWaitTimeInMs: MAX_WAIT_MS,
    allowAutoTopicCreation: false,
    readUncommitted: true,
    retry: { retries: 3 },
  });
  const over = Promise.withResolvers<void>();
  const late = setTimeout(
    () => over.reject(new Error('the dead letters could not be read in time')),
    READ_WITHIN_MS,
  );
  consumer.on(consumer.events.CRASH, ({ payload }) => over.reject(payload.error));
  // Of every batch, also of one that holds nothing but marks of transactions.
  consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
    if (Number(payload.lastOffset) + 1 >= (left.get(keyOf(payload)) ?? 0)) left.delete(keyOf(payload));
    if (left.size === 0) over.resolve();
  });
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [...topics], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      async eachBatch({ batch }) {
        const end = left.get(keyOf(batch)) ?? 0;
        for (const message of batch.messages)
          if (Number(message.offset) < end)
            visit({ topic: batch.topic, partition: batch.partition, message });
      },
    });
    await over.promise;
  } finally {
    clearTimeout(late);
    await consumer.disconnect();
  }
}
