import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A second address of every broker: encrypted, for accounts, and each may do what it is allowed to. */
export interface SecuredListener {
  /** For 127.0.0.1, in PEM. */
  readonly certificate: string;
  readonly key: string;
  /** Passwords by the names of the accounts; `admin` may do everything. */
  readonly accounts: Readonly<Record<string, string>>;
}

const NAME = 'SASL_SSL';
const LOGIN = 'org.apache.kafka.common.security';

/** The properties of a broker that has it beside the plain one, which is for whoever administers. */
export function securedProperties(
  { certificate, key, accounts }: SecuredListener,
  home: string,
): Record<string, string> {
  const keystore = join(home, 'broker.pem');
  writeFileSync(keystore, key + certificate, { mode: 0o600 });
  const users = Object.entries(accounts).map(([name, password]) => `user_${name}="${password}"`);
  const listener = `listener.name.${NAME.toLowerCase()}`;
  return {
    'listener.security.protocol.map': `PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,${NAME}:${NAME}`,
    'inter.broker.listener.name': 'PLAINTEXT',
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': keystore,
    'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
    [`${listener}.plain.sasl.jaas.config`]: `${LOGIN}.plain.PlainLoginModule required ${users.join(' ')};`,
    [`${listener}.scram-sha-256.sasl.jaas.config`]: `${LOGIN}.scram.ScramLoginModule required;`,
    [`${listener}.scram-sha-512.sasl.jaas.config`]: `${LOGIN}.scram.ScramLoginModule required;`,
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': 'User:ANONYMOUS;User:admin',
  };
}

/** Of an address beside `listeners`. */
export function securedAddress(port: number): string {
  return `${NAME}://127.0.0.1:${port}`;
}

/** What formats a directory with the accounts' passwords: SCRAM keeps them in the metadata. */
export function scramFlags({ accounts }: SecuredListener): string[] {
  return Object.entries(accounts).flatMap(([name, password]) =>
    ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
      '--add-scram',
      `${mechanism}=[name=${name},password=${password}]`,
    ]),
  );
}
