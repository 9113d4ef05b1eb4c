import { createTopics, testTopics } from '@countersign/infra-kafka';
import { messageBusConformance } from '@countersign/message-bus/conformance';
import { beforeAll, inject } from 'vitest';
import { kafkaHarness } from './testing/kafka-harness.ts';

const brokers = inject('kafkaBrokers');

beforeAll(async () => {
  await createTopics(brokers, testTopics(['samples', 'remarks'], 3));
});

messageBusConformance('Kafka', () => kafkaHarness(brokers.split(',')));
