import { describe, expect, it } from 'vitest';
import { readProcessConfig } from './config.ts';

const GIVEN = {
  COUNTERSIGN_KAFKA_BROKERS: 'one:9092, two:9093',
  COUNTERSIGN_EVENTSTORE_URL: 'esdb://store:2113?tls=true',
  COUNTERSIGN_CLUSTER_KEY_FILE: '/keys/cluster.key',
  COUNTERSIGN_PRINCIPAL_KEY_FILE: '/keys/principal.pub',
};

describe('the settings of a process', () => {
  it('are read with their defaults, and an instance of its own', () => {
    const read = readProcessConfig('meter-service', GIVEN, []);
    expect(read).toMatchObject({
      ok: true,
      config: {
        service: 'meter-service',
        instance: expect.stringMatching(new RegExp(`^[a-z0-9][a-z0-9._-]*-${process.pid}$`)),
        dataDirectory: '.countersign',
        settings: {
          COUNTERSIGN_KAFKA_BROKERS: ['one:9092', 'two:9093'],
          COUNTERSIGN_DECISION_TIMEOUT_MS: 2_000,
        },
      },
    });
  });

  it('may be those of all five processes at once', () => {
    const all = { ...GIVEN, COUNTERSIGN_METER_SERVICE_URL: 'http://meter:7070' };
    expect(readProcessConfig('policy-engine', all, []).ok).toBe(true);
  });

  it('are refused with all that is wrong and missing', () => {
    const read = readProcessConfig(
      'gateway',
      {
        COUNTERSIGN_KAFKA_BROKERS: 'localhost',
        COUNTERSIGN_EVENTSTORE_URL: 'http://store:2113',
        COUNTERSIGN_METER_SERVICE_URL: 'meter',
        COUNTERSIGN_CLUSTER_KEY_FILE: '  ',
        COUNTERSIGN_BROKERS: 'one:9092',
      },
      ['COUNTERSIGN_METER_SERVICE_URL', 'COUNTERSIGN_POLICY_ENGINE_URL'],
    );
    expect(read.ok ? [] : read.errors.map(({ name, detail }) => [name, detail.split(' ')[0]])).toEqual([
      ['COUNTERSIGN_BROKERS', 'is'],
      ['COUNTERSIGN_KAFKA_BROKERS', 'must'],
      ['COUNTERSIGN_EVENTSTORE_URL', 'must'],
      ['COUNTERSIGN_METER_SERVICE_URL', 'must'],
      ['COUNTERSIGN_CLUSTER_KEY_FILE', 'is'],
      ['COUNTERSIGN_PRINCIPAL_KEY_FILE', 'is'],
      ['COUNTERSIGN_POLICY_ENGINE_URL', 'is'],
    ]);
  });
});
