import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { afterEach, describe, expect, it } from 'vitest';
import { createTopics } from './create-topics.ts';
import { type LocalCluster, startLocalCluster } from './local-cluster.ts';
import { testTopics } from './topics.ts';

const RETRY = { initialRetryTime: 100, maxRetryTime: 500, retries: 60 };

describe('a local cluster', () => {
  let cluster: LocalCluster | undefined;
  afterEach(() => cluster?.stop());

  const connect = (brokers: string) =>
    new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING, retry: RETRY });

  it('keeps acknowledged records when a broker of three is killed, and takes more', {
    timeout: 120_000,
  }, async () => {
    cluster = await startLocalCluster({ size: 3 });
    expect(await createTopics(cluster.brokers, testTopics(['samples'], 3))).toEqual([
      'samples',
      'samples.dlq',
      'samples.dlq.replayed',
    ]);
    const kafka = connect(cluster.brokers);
    const producer = kafka.producer({
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    await producer.connect();
    const send = (value: string) => producer.send({ topic: 'samples', messages: [{ key: 'acme', value }] });
    await send('before');
    await cluster.processes[1]!.kill();
    await send('while it is away');
    await cluster.processes[1]!.start();
    await send('after');
    await producer.disconnect();
    const admin = kafka.admin();
    await admin.connect();
    const offsets = await admin.fetchTopicOffsets('samples');
    expect(offsets.reduce((sum, { high }) => sum + Number(high), 0)).toBe(3);
    expect((await admin.fetchTopicMetadata({ topics: ['samples'] })).topics[0]?.partitions).toHaveLength(3);
    await admin.disconnect();
  });

  it('creates no topic by itself, and leaves one that is there as it is', async () => {
    cluster = await startLocalCluster();
    await createTopics(cluster.brokers, testTopics(['samples'], 2));
    expect(await createTopics(cluster.brokers, testTopics(['samples', 'remarks'], 5))).toEqual([
      'remarks',
      'remarks.dlq',
      'remarks.dlq.replayed',
    ]);
    const admin = connect(cluster.brokers).admin({ retry: { retries: 1 } });
    await admin.connect();
    const { topics } = await admin.fetchTopicMetadata({ topics: ['samples', 'remarks'] });
    expect(topics.map(({ name, partitions }) => [name, partitions.length]).sort()).toEqual([
      ['remarks', 5],
      ['samples', 2],
    ]);
    await expect(admin.fetchTopicMetadata({ topics: ['absent'] })).rejects.toThrow();
    await admin.disconnect();
  });
});
