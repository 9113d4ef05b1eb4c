import { X509Certificate } from 'node:crypto';
import type { ConfigError } from '@countersign/hosting';
import { readPublicFile, readSecretFile } from '@countersign/internal-http';
import type { KafkaSecurity } from '@countersign/message-bus-kafka';
import { z } from 'zod';

const MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;
const file = (what: string) => z.string().min(1).optional().describe(what);

/** How the brokers are known, and how they know the process. */
export const kafkaSettings = {
  COUNTERSIGN_KAFKA_TLS: z.enum(['off', 'on']).default('off').describe('on or off'),
  COUNTERSIGN_KAFKA_CA_FILE: file('a file with the certificates, in PEM, that the brokers are judged by'),
  COUNTERSIGN_KAFKA_SASL_MECHANISM: z
    .enum(MECHANISMS)
    .optional()
    .describe(`one of ${MECHANISMS.join(', ')}`),
  COUNTERSIGN_KAFKA_USERNAME: z
    .string()
    .regex(/^\P{Cc}+$/u)
    .optional()
    .describe('the name of an account of Kafka'),
  COUNTERSIGN_KAFKA_PASSWORD_FILE: file('a file with the password of that account, mode 0600'),
};

type Variables = Partial<z.output<z.ZodObject<typeof kafkaSettings>>> & {
  readonly COUNTERSIGN_KAFKA_BROKERS?: readonly string[] | undefined;
};

type ReadKafkaSecurity =
  | { readonly ok: true; readonly security: KafkaSecurity }
  | { readonly ok: false; readonly errors: readonly ConfigError[] };

const LOOPBACK = /^(localhost|127(\.[0-9]{1,3}){3}):/;

/** Reads what stands in the files, too. No error says anything of the password. */
export function readKafkaSecurity(variables: Variables): ReadKafkaSecurity {
  const {
    COUNTERSIGN_KAFKA_BROKERS: brokers = [],
    COUNTERSIGN_KAFKA_TLS: tls,
    COUNTERSIGN_KAFKA_CA_FILE: caFile,
    COUNTERSIGN_KAFKA_SASL_MECHANISM: mechanism,
    COUNTERSIGN_KAFKA_USERNAME: username,
    COUNTERSIGN_KAFKA_PASSWORD_FILE: passwordFile,
  } = variables;
  const errors: ConfigError[] = [];
  const wrong = (name: keyof Variables, detail: string) => void errors.push({ name, detail });

  const ca = caFile === undefined ? null : readCertificates(caFile);
  if (ca !== null && 'wrong' in ca) wrong('COUNTERSIGN_KAFKA_CA_FILE', ca.wrong);
  if (caFile !== undefined && tls !== 'on')
    wrong('COUNTERSIGN_KAFKA_CA_FILE', 'needs COUNTERSIGN_KAFKA_TLS=on beside it');

  const login = {
    COUNTERSIGN_KAFKA_SASL_MECHANISM: mechanism,
    COUNTERSIGN_KAFKA_USERNAME: username,
    COUNTERSIGN_KAFKA_PASSWORD_FILE: passwordFile,
  };
  const names = Object.keys(login) as (keyof typeof login)[];
  const missing = names.filter((name) => login[name] === undefined);
  if (missing.length < names.length)
    for (const name of missing) wrong(name, `is missing: an account takes ${names.join(', ')} together`);
  if (mechanism === 'plain' && tls !== 'on' && !brokers.every((broker) => LOOPBACK.test(broker)))
    wrong(
      'COUNTERSIGN_KAFKA_SASL_MECHANISM',
      'would send the password in the clear: set COUNTERSIGN_KAFKA_TLS=on, or take scram-sha-512',
    );
  const password = passwordFile === undefined ? null : readPassword(passwordFile);
  if (password !== null && 'wrong' in password) wrong('COUNTERSIGN_KAFKA_PASSWORD_FILE', password.wrong);

  if (errors.length > 0) return { ok: false, errors };
  const sasl =
    mechanism && username && password && 'text' in password
      ? { mechanism, username, password: password.text }
      : null;
  const authorities = ca !== null && 'text' in ca ? ca.text : null;
  return { ok: true, security: { tls: tls === 'on' ? { ca: authorities } : null, sasl } };
}

type FromFile = { readonly text: string } | { readonly wrong: string };

function readCertificates(path: string): FromFile {
  const text = readPublicFile(path);
  if (typeof text !== 'string') return { wrong: text.detail };
  try {
    // The first of them: enough to tell a certificate from something else.
    new X509Certificate(text);
    return { text };
  } catch {
    return { wrong: `${path}: holds no certificate in PEM` };
  }
}

function readPassword(path: string): FromFile {
  const text = readSecretFile(path);
  if (typeof text !== 'string') return { wrong: text.detail };
  const line = text.replace(/\r?\n$/, '');
  return /^\P{Cc}+$/u.test(line) ? { text: line } : { wrong: `${path}: must be one line, the password` };
}
