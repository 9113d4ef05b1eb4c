import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { makeApiKey, SECRET_BYTES } from '@countersign/access';
import { uuidV7 } from '@countersign/event-sourcing';
import { newMasterKeyText } from '@countersign/key-vault-sqlite';

/** A file of a cluster's keys: what it is called, who gets it, and what for. */
export interface ClusterKeyFile {
  readonly name: string;
  readonly services: string;
  readonly purpose: string;
  readonly text: string;
}

const CLUSTER_KEY_BYTES = 32;
/** Random bytes of a UUIDv7. */
const ID_BYTES = 10;

/** New keys of a cluster, each in the form in which the services read it. */
export function newClusterKeys(): readonly ClusterKeyFile[] {
  const principal = generateKeyPairSync('ed25519');
  return [
    {
      name: 'cluster.key',
      services: 'all services',
      purpose: 'proves calls to audit-projector, seals data keys in transit',
      text: `${randomBytes(CLUSTER_KEY_BYTES).toString('base64url')}\n`,
    },
    {
      name: 'master.key',
      services: 'audit-projector only',
      purpose: 'wraps the data keys: if it is lost, so is all that is sealed',
      text: newMasterKeyText(),
    },
    {
      name: 'owner.key',
      services: 'gateway only',
      purpose: "the key of the installation's owner, good from the first start on",
      text: `${makeApiKey(uuidV7(Date.now(), randomBytes(ID_BYTES)), randomBytes(SECRET_BYTES)).text}\n`,
    },
    {
      name: 'principal.key',
      services: 'gateway only',
      purpose: 'signs for whom it forwards a request',
      text: principal.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    },
    {
      name: 'principal.pub',
      services: 'all services but gateway',
      purpose: 'checks what the gateway has signed',
      text: principal.publicKey.export({ type: 'spki', format: 'pem' }) as string,
    },
  ];
}
