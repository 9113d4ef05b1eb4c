import { describe, expect, it } from 'vitest';
import { readAccess } from './access.ts';

describe('how a job reaches the brokers', () => {
  it('is in the clear and as nobody, unless it is told', () => {
    expect(readAccess({ KAFKA_BROKERS: 'kafka:9092' })).toEqual({ brokers: 'kafka:9092', access: {} });
  });

  it('is encrypted, and with an account', () => {
    const file = import.meta.filename;
    const read = readAccess({
      KAFKA_BROKERS: 'kafka:9092',
      KAFKA_TLS: 'on',
      KAFKA_CA_FILE: file,
      KAFKA_SASL_MECHANISM: 'scram-sha-512',
      KAFKA_USERNAME: 'admin',
      KAFKA_PASSWORD_FILE: file,
    });
    expect(read).toMatchObject({
      access: {
        ssl: { ca: expect.stringContaining('describe(') },
        sasl: { mechanism: 'scram-sha-512', username: 'admin', password: expect.stringMatching(/[^\n]$/) },
      },
    });
    expect(readAccess({ KAFKA_BROKERS: 'kafka:9092', KAFKA_TLS: 'on' })).toMatchObject({
      access: { ssl: true },
    });
  });

  it('is refused with all that is wrong', () => {
    const read = readAccess({
      KAFKA_CA_FILE: '/nowhere',
      KAFKA_SASL_MECHANISM: 'plain',
      KAFKA_USERNAME: 'admin',
    });
    expect('errors' in read ? read.errors.map((error) => error.split(' ')[0]) : []).toEqual([
      'KAFKA_BROKERS',
      'KAFKA_CA_FILE',
      'KAFKA_SASL_MECHANISM,',
      'KAFKA_SASL_MECHANISM=plain',
      'KAFKA_CA_FILE',
    ]);
  });
});
