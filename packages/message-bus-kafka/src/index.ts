export type { KafkaOptions, KafkaSecurity, KafkaTiming } from './client.ts';
export { DEFAULT_TIMING } from './client.ts';
export type { ClientLog } from './client-log.ts';
export type { KafkaDeadLetters, KafkaDeadLettersOptions } from './dead-letters/dead-letters.ts';
export { createKafkaDeadLetters } from './dead-letters/dead-letters.ts';
export type { KafkaBus, KafkaBusOptions } from './kafka-bus.ts';
export { createKafkaBus } from './kafka-bus.ts';
export type { KafkaPublisher } from './kafka-publisher.ts';
export { createKafkaPublisher } from './kafka-publisher.ts';
