import { type Admin, Kafka, logLevel } from 'kafkajs';

/** How far all consumer groups of a cluster are behind, and how much has been written for them. */
export interface GroupLag {
  /** Records behind the groups' committed offsets, of all groups, topics and partitions together. */
  readonly behind: number;
  /** Records of all topics that groups read. */
  readonly written: number;
}

export interface GroupLagReader {
  /** `null` while the brokers can't tell. */
  read(): Promise<GroupLag | null>;
  close(): Promise<void>;
}

/** Reads it from outside, as a monitor would. A connection that has failed is replaced by the next reading. */
export function createGroupLagReader(brokers: string): GroupLagReader {
  const kafka = new Kafka({
    clientId: 'countersign-lag',
    brokers: brokers.split(','),
    logLevel: logLevel.NOTHING,
    connectionTimeout: 1_000,
    requestTimeout: 2_000,
    retry: { retries: 0 },
  });
  let admin: Admin | null = null;
  const forget = async () => {
    const old = admin;
    admin = null;
    await old?.disconnect().catch(() => {});
  };
  return {
    async read() {
      try {
        if (!admin) {
          admin = kafka.admin();
          await admin.connect();
        }
        return await readAll(admin);
      } catch {
        await forget();
        return null;
      }
    },
    close: forget,
  };
}

async function readAll(admin: Admin): Promise<GroupLag> {
  const { groups } = await admin.listGroups();
  const offsets = (await Promise.all(groups.map(({ groupId }) => admin.fetchOffsets({ groupId })))).flat();
  const topics = [...new Set(offsets.map(({ topic }) => topic))];
  const ends = new Map(
    await Promise.all(
      topics.map(async (topic) => {
        const partitions = await admin.fetchTopicOffsets(topic);
        return [topic, new Map(partitions.map(({ partition, high }) => [partition, Number(high)]))] as const;
      }),
    ),
  );
  let behind = 0;
  // A group that has committed nothing of a partition has nothing of it yet.
  for (const { topic, partitions } of offsets)
    for (const { partition, offset } of partitions)
      behind += (ends.get(topic)?.get(partition) ?? 0) - Math.max(0, Number(offset));
  const written = [...ends.values()].flatMap((partitions) => [...partitions.values()]);
  return { behind, written: written.reduce((sum, high) => sum + high, 0) };
}
