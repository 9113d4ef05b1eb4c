import { randomUUID } from 'node:crypto';
import { createMemoryEventStore } from '@countersign/event-store/memory';
import { createTopics, testTopics } from '@countersign/infra-kafka';
import { createPublisher, type Message } from '@countersign/message-bus';
import type { Admin, IHeaders, Kafka, KafkaMessage } from 'kafkajs';
import { connectTo } from '../client.ts';
import { withProof } from '../cloud-event/proof.ts';
import { createKafkaBus, type KafkaBus, type KafkaBusOptions } from '../kafka-bus.ts';
import { createKafkaPublisher, type KafkaPublisher } from '../kafka-publisher.ts';
import type { OutgoingRecord } from '../sending/outgoing-record.ts';
import { createSender } from '../sending/sender.ts';
import { PROOF_KEY } from './proof-key.ts';

/** Topics that nobody else uses, and whatever a case runs on them. */
export interface Stage {
  readonly kafka: Kafka;
  readonly admin: Admin;
  readonly topics: readonly [string, string];
  readonly publisher: KafkaPublisher;
  /** A bus as of another process. */
  bus(options?: Partial<KafkaBusOptions>): KafkaBus;
  publish(messages: readonly Message[]): Promise<void>;
  /** Writes a record as it is, whoever would write such a thing. */
  write(record: Written): Promise<void>;
  /** Writes a record as a process of the cluster that does not know better. */
  writeProven(record: Written): Promise<void>;
  /** Writes a record of nobody's in a transaction, and leaves that open until it is aborted. */
  leaveOpen(topic: string, partition?: number): Promise<{ abort(): Promise<void> }>;
  /** What the group would go on with, per partition of the first topic; `-1` where it has committed nothing. */
  committed(group: string): Promise<number[]>;
  /** Everything on a topic, in the order of each partition. */
  read(topic: string): Promise<(KafkaMessage & { partition: number })[]>;
  close(): Promise<void>;
}

interface Written {
  readonly key: string | null;
  readonly value: string | null;
  readonly headers?: IHeaders;
}

interface StageOptions {
  readonly partitions?: number;
  readonly deadLetters?: boolean;
}

/** Topics of its own on a running broker, so that suites do not meet. */
export async function openStage(brokers: string, options: StageOptions = {}): Promise<Stage> {
  const { partitions = 3, deadLetters = true } = options;
  const name = randomUUID().slice(0, 8);
  const topics = [`one.${name}`, `two.${name}`] as const;
  const definitions = testTopics(topics, partitions);
  await createTopics(
    brokers,
    definitions.filter((topic) => deadLetters || !topic.name.includes('.dlq')),
  );
  const common = { brokers: brokers.split(','), clientId: 'stage', proofKey: PROOF_KEY };
  const kafka = connectTo(common);
  const admin = kafka.admin();
  await admin.connect();
  const store = createMemoryEventStore();
  const publisher = createKafkaPublisher(common);
  const sender = createSender(kafka, { timeoutMs: 10_000 });
  const buses: KafkaBus[] = [];
  const send = async (record: OutgoingRecord): Promise<void> => {
    const sent = await sender.send([record]);
    if (sent.kind !== 'acknowledged') throw new Error(sent.detail);
  };

  return {
    kafka,
    admin,
    topics,
    publisher,
    bus(more = {}) {
      const bus = createKafkaBus({ ...common, store, publisher: createPublisher([]), ...more });
      buses.push(bus);
      return bus;
    },
    async publish(messages) {
      const published = await publisher.publish(messages);
      if (published.kind !== 'acknowledged') throw new Error(published.detail);
    },
    write: ({ headers = {}, ...record }) => send({ topic: topics[0], headers, ...record }),
    writeProven: ({ headers = {}, ...record }) =>
      send(withProof(PROOF_KEY, { topic: topics[0], headers, ...record })),
    async leaveOpen(topic, partition) {
      const producer = kafka.producer({
        transactionalId: `hostile-${topic}`,
        idempotent: true,
        maxInFlightRequests: 1,
      });
      await producer.connect();
      const open = await producer.transaction();
      const record = { key: 'acme', value: 'x', ...(partition === undefined ? {} : { partition }) };
      await open.send({ topic, messages: [record] });
      return {
        async abort() {
          await open.abort();
          await producer.disconnect();
        },
      };
    },
    async committed(group) {
      const [offsets] = await admin.fetchOffsets({ groupId: group, topics: [topics[0]] });
      return offsets!.partitions
        .sort((a, b) => a.partition - b.partition)
        .map(({ offset }) => Number(offset));
    },
    read: (topic) => readAll(kafka, admin, topic),
    async close() {
      await Promise.all([...buses.map((bus) => bus.close()), publisher.close(), sender.close()]);
      await admin.disconnect();
    },
  };
}

async function readAll(kafka: Kafka, admin: Admin, topic: string) {
  const ends = await admin.fetchTopicOffsets(topic);
  const expected = ends.reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0);
  const found: (KafkaMessage & { partition: number })[] = [];
  if (expected === 0) return found;
  const consumer = kafka.consumer({ groupId: `reading-${randomUUID()}`, maxWaitTimeInMs: 50 });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await new Promise<void>((resolve) => {
    void consumer.run({
      autoCommit: false,
      async eachMessage({ message, partition }) {
        found.push({ ...message, partition });
        if (found.length >= expected) resolve();
      },
    });
  });
  await consumer.disconnect();
  return found;
}
