import type { ICustomPartitioner, Kafka, ProducerBatch, RecordMetadata } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { createSender } from './sender.ts';

/** The client as it behaves then: its second attempt leaves out what moved to a broker that had answered already. */
const clientThatLeavesOut = (left: Set<number>): Kafka =>
  ({
    producer({ createPartitioner }: { createPartitioner: ICustomPartitioner }) {
      const choose = createPartitioner();
      const partitionMetadata = [0, 1, 2].map((partitionId) => ({ partitionId, leader: 1 }));
      return {
        connect: async () => {},
        disconnect: async () => {},
        async sendBatch({ topicMessages = [] }: ProducerBatch): Promise<RecordMetadata[]> {
          return topicMessages.flatMap(({ topic, messages }) =>
            messages
              .map((message) => choose({ topic, message, partitionMetadata: partitionMetadata as never }))
              .filter((partition) => !left.has(partition))
              .map((partition) => ({ topicName: topic, partition, errorCode: 0 })),
          );
        },
      };
    },
  }) as unknown as Kafka;

describe('a leader that moves while a request is under way', () => {
  it('does not make a record acknowledged that the client has left out without a word', async () => {
    const left = new Set([1]);
    const sender = createSender(clientThatLeavesOut(left), { timeoutMs: 10_000 });
    const record = (partition: number) => ({ topic: 't', partition, key: 'k', value: 'v', headers: {} });
    const told = await Promise.all([sender.send([record(0)]), sender.send([record(1), record(2)])]);
    expect(told.map(({ kind }) => kind)).toEqual(['unknown', 'unknown']);
    expect(sender.problem()).toBe('not written to t/1');
    expect(await sender.send([record(2)])).toEqual({ kind: 'acknowledged' });
    left.clear();
    expect(await sender.send([record(1)])).toEqual({ kind: 'acknowledged' });
    await sender.close();
  });
});

it('a record that can not be written is told alone, and fails nothing that was given with it', async () => {
  const sender = createSender(clientThatLeavesOut(new Set()), { timeoutMs: 10_000 });
  const record = { topic: 't', partition: 0, key: 'k', value: 'v', headers: {} };
  const absent = { ...record, headers: { one: null as unknown as Buffer } };
  const told = await Promise.all([sender.send([record]), sender.send([absent]), sender.send([record])]);
  expect(told.map(({ kind }) => kind)).toEqual(['acknowledged', 'unknown', 'acknowledged']);
  await sender.close();
});
