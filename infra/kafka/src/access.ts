import { readFileSync } from 'node:fs';
import type { KafkaConfig, SASLOptions } from 'kafkajs';

/** How the brokers are known, and how they know who administers; in the clear and as nobody if empty. */
export type Access = Pick<KafkaConfig, 'ssl' | 'sasl'>;

type Environment = Readonly<Record<string, string | undefined>>;

const MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'];

/** The brokers of a job and how it reaches them, or everything that is wrong, a line each. */
export function readAccess(
  environment: Environment,
): { readonly brokers: string; readonly access: Access } | { readonly errors: readonly string[] } {
  const {
    KAFKA_BROKERS: brokers = '',
    KAFKA_TLS: tls = 'off',
    KAFKA_CA_FILE: caFile = '',
    KAFKA_SASL_MECHANISM: mechanism = '',
    KAFKA_USERNAME: username = '',
    KAFKA_PASSWORD_FILE: passwordFile = '',
  } = environment;
  const errors: string[] = [];
  const read = (name: string, path: string): string => {
    try {
      return path === '' ? '' : readFileSync(path, 'utf8');
    } catch (cause) {
      errors.push(`${name} ${path}: can't be read (${(cause as NodeJS.ErrnoException).code})`);
      return '';
    }
  };
  if (brokers === '')
    errors.push('KAFKA_BROKERS is not set: name the brokers, such as kafka-1:9092,kafka-2:9092');
  if (tls !== 'on' && tls !== 'off') errors.push('KAFKA_TLS must be on or off');
  if (caFile !== '' && tls !== 'on') errors.push('KAFKA_CA_FILE needs KAFKA_TLS=on beside it');
  const account = [mechanism, username, passwordFile];
  if (account.includes('') && account.some((one) => one !== ''))
    errors.push(
      'KAFKA_SASL_MECHANISM, KAFKA_USERNAME and KAFKA_PASSWORD_FILE are given together or not at all',
    );
  if (mechanism !== '' && !MECHANISMS.includes(mechanism))
    errors.push(`KAFKA_SASL_MECHANISM must be one of ${MECHANISMS.join(', ')}`);
  if (mechanism === 'plain' && tls !== 'on')
    errors.push('KAFKA_SASL_MECHANISM=plain sends the password: it needs KAFKA_TLS=on beside it');
  const ca = read('KAFKA_CA_FILE', caFile);
  const password = read('KAFKA_PASSWORD_FILE', passwordFile).replace(/\r?\n$/, '');
  if (errors.length > 0) return { errors };
  return {
    brokers,
    access: {
      ...(tls === 'on' && { ssl: ca === '' ? true : { ca } }),
      ...(mechanism !== '' && { sasl: { mechanism, username, password } as SASLOptions }),
    },
  };
}

/** As `readAccess`, and ends the process where anything is wrong. */
export function requireAccess(): { readonly brokers: string; readonly access: Access } {
  const read = readAccess(process.env);
  if (!('errors' in read)) return read;
  process.stderr.write(`${read.errors.join('\n')}\n`);
  return process.exit(2);
}
