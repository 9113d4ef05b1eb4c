import { type Admin, Kafka, logLevel } from 'kafkajs';
import type { Access } from './access.ts';
import type { TopicDefinition } from './topics.ts';

/** Most replicas of a partition: a broker may be lost, and a second one while the first is away stops writes. */
const MOST_REPLICAS = 3;

/**
 * Creates the topics that are not there, replicated as far as there are brokers, and tells their names. What is there
 * stays as it is: another partition count would send keys elsewhere.
 */
export async function createTopics(
  brokers: string,
  definitions: readonly TopicDefinition[],
  access: Access = {},
): Promise<string[]> {
  const kafka = new Kafka({
    clientId: 'countersign-topics',
    brokers: brokers.split(','),
    logLevel: logLevel.NOTHING,
    ...access,
  });
  const admin = kafka.admin({ retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 15 } });
  await admin.connect();
  try {
    const { brokers: alive } = await admin.describeCluster();
    const replicationFactor = Math.min(alive.length, MOST_REPLICAS);
    const existing = new Set(await admin.listTopics());
    const missing = definitions.filter(({ name }) => !existing.has(name));
    await admin.createTopics({
      waitForLeaders: false,
      topics: missing.map(({ name, partitions, retentionMs, maxMessageBytes }) => ({
        topic: name,
        numPartitions: partitions,
        replicationFactor,
        configEntries: [
          { name: 'cleanup.policy', value: 'delete' },
          { name: 'retention.ms', value: String(retentionMs) },
          { name: 'max.message.bytes', value: String(maxMessageBytes) },
          // As large as it looks: what is written compressed could be anything, and kafkajs knows no codec but gzip.
          { name: 'compression.type', value: 'uncompressed' },
          // No writer makes its records younger or older than they are.
          { name: 'message.timestamp.type', value: 'LogAppendTime' },
          // With three replicas an acknowledged record survives the loss of a broker.
          { name: 'min.insync.replicas', value: String(Math.max(1, replicationFactor - 1)) },
        ],
      })),
    });
    const names = missing.map(({ name }) => name);
    await untilLed(admin, names);
    return names;
  } finally {
    await admin.disconnect();
  }
}

const LOOK_EVERY_MS = 100;
const LED_WITHIN_MS = 30_000;

/**
 * The client's own waiting gives up when a broker does not know a topic yet that was created a moment ago. And whom the
 * metadata name as leader may not know of it yet: it is asked.
 */
async function untilLed(admin: Admin, names: readonly string[]): Promise<void> {
  const late = Date.now() + LED_WITHIN_MS;
  while (names.length > 0) {
    try {
      const { topics } = await admin.fetchTopicMetadata({ topics: [...names] });
      const isLed = topics.every(
        ({ partitions }) => partitions.length > 0 && partitions.every(({ leader }) => leader >= 0),
      );
      // A broker may be told later than others that it leads, and refuses until then.
      if (isLed) await Promise.all(names.map((name) => admin.fetchTopicOffsets(name)));
      if (isLed) return;
    } catch (cause) {
      if (Date.now() > late) throw cause;
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
