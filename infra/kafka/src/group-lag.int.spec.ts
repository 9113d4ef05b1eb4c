import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { expect, it } from 'vitest';
import { createTopics } from './create-topics.ts';
import { createGroupLagReader } from './group-lag.ts';
import { startLocalCluster } from './local-cluster.ts';
import { testTopics } from './topics.ts';

it('tells how far groups are behind, nothing while the broker is away, and the same when it is back', async () => {
  const { brokers, processes, stop } = await startLocalCluster();
  const reader = createGroupLagReader(brokers);
  try {
    await createTopics(brokers, testTopics(['samples'], 2));
    const kafka = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING });
    const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    const messages = Array.from({ length: 5 }, () => ({ value: 'any', partition: 0 }));
    await producer.send({ topic: 'samples', messages });
    await producer.disconnect();
    const admin = kafka.admin();
    await admin.connect();
    await admin.setOffsets({
      groupId: 'readers',
      topic: 'samples',
      partitions: [{ partition: 0, offset: '2' }],
    });
    await admin.disconnect();
    expect(await reader.read()).toEqual({ behind: 3, written: 5 });
    await processes[0]?.stop();
    expect(await reader.read()).toBeNull();
    await processes[0]?.start();
    await expect.poll(() => reader.read(), { timeout: 30_000 }).toEqual({ behind: 3, written: 5 });
  } finally {
    await reader.close();
    await stop();
  }
});
