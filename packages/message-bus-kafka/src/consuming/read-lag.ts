import type { Admin, Kafka } from 'kafkajs';
import type { PartitionLag } from './lag-watchdog.ts';
import { keyOf } from './partition-offsets.ts';

/** Reads how far groups have got, over a connection that is not the consumers'. */
export interface LagReader {
  read(group: string, topics: readonly string[]): Promise<PartitionLag[]>;
  close(): Promise<void>;
}

/** Asks the brokers, over a connection of its own. */
export function createLagReader(kafka: Kafka): LagReader {
  let admin: Promise<Admin> | null = null;
  const connected = (): Promise<Admin> => {
    admin ??= connect(kafka).catch((cause) => {
      admin = null;
      throw cause;
    });
    return admin;
  };
  return {
    async read(group, topics) {
      const open = await connected();
      const offsets = await open.fetchOffsets({ groupId: group, topics: [...topics] });
      const committed = new Map(
        offsets.flatMap(({ topic, partitions }) =>
          partitions.map(({ partition, offset }) => [keyOf({ topic, partition }), Number(offset)] as const),
        ),
      );
      const ends = await Promise.all(
        topics.map(async (topic) => ({ topic, partitions: await open.fetchTopicOffsets(topic) })),
      );
      return ends.flatMap(({ topic, partitions }) =>
        partitions.map(({ partition, high, low }) => {
          const offset = committed.get(keyOf({ topic, partition })) ?? -1;
          return {
            topic,
            partition,
            begin: Number(low),
            end: Number(high),
            committed: offset < 0 ? null : offset,
          };
        }),
      );
    },
    async close() {
      await (await admin?.catch(() => null))?.disconnect().catch(() => {});
    },
  };
}

async function connect(kafka: Kafka): Promise<Admin> {
  const admin = kafka.admin();
  await admin.connect();
  return admin;
}
