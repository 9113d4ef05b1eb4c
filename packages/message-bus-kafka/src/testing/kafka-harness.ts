import { createMemoryEventStore } from '@countersign/event-store/memory';
import { createPublisher } from '@countersign/message-bus';
import {
  type BusHarness,
  createAppendSample,
  SAMPLE_PUBLICATIONS,
} from '@countersign/message-bus/conformance';
import { connectTo } from '../client.ts';
import { createKafkaBus } from '../kafka-bus.ts';
import { createKafkaPublisher } from '../kafka-publisher.ts';
import { PROOF_KEY } from './proof-key.ts';

const TOPICS = ['samples', 'remarks', 'samples.dlq', 'remarks.dlq'];

/** The Kafka bus for the conformance suite, its topics emptied at the end, its groups forgotten. */
export async function kafkaHarness(brokers: readonly string[]): Promise<BusHarness> {
  const options = { brokers, clientId: 'conformance', proofKey: PROOF_KEY };
  const store = createMemoryEventStore();
  const publisher = createPublisher(SAMPLE_PUBLICATIONS);
  const kafkaPublisher = createKafkaPublisher(options);
  const append = createAppendSample();
  const groups = new Set<string>();
  const run = () => {
    const bus = createKafkaBus({ ...options, store, publisher });
    const consume: typeof bus.consume = (wanted, consumer) => {
      groups.add(wanted.group);
      return bus.consume(wanted, consumer);
    };
    return { ...bus, consume };
  };
  let bus = run();

  return {
    get bus() {
      return bus;
    },
    async publish(samples) {
      for (const sample of samples) {
        const event = await append(store, sample);
        const published = await kafkaPublisher.publish([publisher.publish(event)!]);
        if (published.kind !== 'acknowledged') throw new Error(published.detail);
      }
    },
    async restart() {
      await bus.close();
      bus = run();
    },
    async close() {
      await Promise.all([bus.close(), kafkaPublisher.close(), store.close()]);
      await forget(brokers, [...groups]);
    },
  };
}

async function forget(brokers: readonly string[], groups: readonly string[]): Promise<void> {
  const admin = connectTo({ brokers, clientId: 'conformance' }).admin();
  await admin.connect();
  if (groups.length > 0) await admin.deleteGroups([...groups]);
  for (const topic of TOPICS) {
    const filled = (await admin.fetchTopicOffsets(topic)).filter(({ high, low }) => high !== low);
    const partitions = filled.map(({ partition, high }) => ({ partition, offset: high }));
    if (partitions.length > 0) await admin.deleteTopicRecords({ topic, partitions });
  }
  await admin.disconnect();
}
