import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeSelfSigned } from '@countersign/event-store-grpc';
import { type TemporaryDirectory, temporaryDirectory } from '@countersign/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readProcessConfig } from './config.ts';

const PASSWORD = 'correct horse';
const { certificate } = makeSelfSigned(new Date());
const COMMON = {
  COUNTERSIGN_EVENTSTORE_URL: 'esdb://store:2113?tls=true',
  COUNTERSIGN_CLUSTER_KEY_FILE: '/keys/cluster.key',
  COUNTERSIGN_PRINCIPAL_KEY_FILE: '/keys/principal.pub',
};

describe('how a process reaches Kafka', () => {
  let directory: TemporaryDirectory;
  const files: Record<string, string> = {};
  const write = (name: string, text: string, mode = 0o600) => {
    files[name] = join(directory.path, name);
    writeFileSync(files[name], text);
    chmodSync(files[name], mode);
  };
  beforeAll(async () => {
    directory = await temporaryDirectory();
    write('ca.pem', certificate, 0o644);
    write('password', `${PASSWORD}\n`);
    write('exposed', PASSWORD, 0o644);
    write('two-lines', `${PASSWORD}\nmore`);
    write('empty', '\n');
  });
  afterAll(() => directory[Symbol.asyncDispose]());

  /** Settings after their prefix; a file by its name. */
  const read = (given: Readonly<Record<string, string>>) => {
    const all: Record<string, string> = { ...COMMON, COUNTERSIGN_KAFKA_BROKERS: 'kafka:9092' };
    for (const [name, value] of Object.entries(given))
      all[`COUNTERSIGN_KAFKA_${name}`] = files[value] ?? value;
    return readProcessConfig('meter-service', all, []);
  };
  const account = (mechanism: string) => ({
    SASL_MECHANISM: mechanism,
    USERNAME: 'countersign',
    PASSWORD_FILE: 'password',
  });

  it.each([
    ['in the clear and as nobody, unless it is told', {}, { tls: null, sasl: null }],
    ['encrypted, by what Node trusts', { TLS: 'on' }, { tls: { ca: null }, sasl: null }],
    [
      'by an authority of one’s own',
      { TLS: 'on', CA_FILE: 'ca.pem' },
      { tls: { ca: certificate }, sasl: null },
    ],
    [
      'with an account',
      { TLS: 'on', ...account('plain') },
      { tls: { ca: null }, sasl: { mechanism: 'plain', username: 'countersign', password: PASSWORD } },
    ],
    [
      'with a password that is not sent, where nothing is encrypted',
      account('scram-sha-512'),
      { tls: null, sasl: { mechanism: 'scram-sha-512', username: 'countersign', password: PASSWORD } },
    ],
    [
      'with a password in the clear on this machine alone',
      { BROKERS: '127.0.0.1:9092,localhost:9093', ...account('plain') },
      { tls: null, sasl: { mechanism: 'plain', username: 'countersign', password: PASSWORD } },
    ],
  ])('is %s', (_, given, security) => {
    expect(read(given)).toMatchObject({ ok: true, config: { kafkaSecurity: security } });
  });

  it.each<[string, Readonly<Record<string, string>>, readonly [string, RegExp][]]>([
    ['a CA without TLS', { CA_FILE: 'ca.pem' }, [['CA_FILE', /TLS=on/]]],
    ['a CA that is none', { TLS: 'on', CA_FILE: 'password' }, [['CA_FILE', /PEM/]]],
    ['a CA that is not there', { TLS: 'on', CA_FILE: '/nowhere' }, [['CA_FILE', /ENOENT/]]],
    [
      'a user without password and mechanism',
      { USERNAME: 'countersign' },
      [
        ['SASL_MECHANISM', /missing/],
        ['PASSWORD_FILE', /missing/],
      ],
    ],
    ['a password in the clear over a network', account('plain'), [['SASL_MECHANISM', /in the clear/]]],
    [
      'a password in the clear over a network to one of several brokers',
      { BROKERS: '127.0.0.1:9092,kafka:9092', ...account('plain') },
      [['SASL_MECHANISM', /in the clear/]],
    ],
    [
      'a password that others may read',
      { ...account('scram-sha-256'), PASSWORD_FILE: 'exposed' },
      [['PASSWORD_FILE', /0644/]],
    ],
    [
      'a password of two lines',
      { ...account('scram-sha-256'), PASSWORD_FILE: 'two-lines' },
      [['PASSWORD_FILE', /one line/]],
    ],
    ['no password', { ...account('scram-sha-256'), PASSWORD_FILE: 'empty' }, [['PASSWORD_FILE', /one line/]]],
    [
      'all of it at once',
      {
        TLS: 'yes',
        CA_FILE: '/nowhere',
        SASL_MECHANISM: 'gssapi',
        USERNAME: 'a\u0000b',
        PASSWORD_FILE: 'exposed',
      },
      [
        ['TLS', /must be on or off/],
        ['SASL_MECHANISM', /must be one of/],
        ['USERNAME', /must be/],
        ['CA_FILE', /ENOENT/],
        ['CA_FILE', /TLS=on/],
        ['PASSWORD_FILE', /0644/],
      ],
    ],
  ])('is refused with %s', (_, given, wanted) => {
    const found = read(given);
    const errors = found.ok ? [] : found.errors;
    expect(errors.map(({ name, detail }) => [name, detail])).toEqual(
      wanted.map(([name, detail]) => [`COUNTERSIGN_KAFKA_${name}`, expect.stringMatching(detail)]),
    );
    expect(JSON.stringify(errors)).not.toContain(PASSWORD);
  });
});
