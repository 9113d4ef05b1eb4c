import { describe, expect, it } from 'vitest';
import { findKafka } from './source.ts';

describe('the Kafka of a test', () => {
  it('is the one that is given before any that could be started', async () => {
    expect(await findKafka({ KAFKA_BROKERS: 'one:9092,two:9092' })).toEqual({
      kind: 'given',
      brokers: 'one:9092,two:9092',
    });
  });
});
