export { besideKafka } from './beside-kafka.ts';
export type { KafkaSource } from './source.ts';
export { findKafka, withoutKafka } from './source.ts';
export type { TestKafka } from './test-kafka.ts';
export { startTestKafka } from './test-kafka.ts';
