import { type IHeaders, Kafka, logLevel } from 'kafkajs';
import { POISON_HEADER } from './faults/poisoned-records.ts';
import { patiently } from './patiently.ts';
import { publishedTopics } from './published.ts';
import type { TopicOrder } from './topic-order.ts';

/** Reads all topics from their beginnings until they are complete, or nothing more is to be hoped for. */
export async function readTopics(brokers: string, order: TopicOrder): Promise<void> {
  const kafka = new Kafka({
    clientId: 'topic-oracle',
    brokers: brokers.split(','),
    logLevel: logLevel.NOTHING,
  });
  const consumer = kafka.consumer({ groupId: 'topic-oracle' });
  await consumer.connect();
  try {
    await consumer.subscribe({ topics: publishedTopics, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({ topic, partition, message: { headers = {} } }) => {
        if (headers[POISON_HEADER]) return;
        order.read({
          topic,
          partition,
          organization: text(headers, 'ce_organization'),
          id: text(headers, 'ce_id'),
          position: Number(text(headers, 'ce_position')),
        });
      },
    });
    const complete = async () => {
      if (!order.isComplete()) throw new Error('not complete yet');
    };
    // What is missing then is a complaint of its own.
    await patiently(complete).catch(() => {});
  } finally {
    await consumer.disconnect();
  }
}

function text(headers: IHeaders, name: string): string {
  return String(headers[name]);
}
