import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { type KeyFileError, keyFileError, readSecretFile } from '../key-file.ts';

/** What all services of one cluster share, and never send. */
export interface ClusterKey {
  /** Proves that a request comes from a service of the cluster: HMAC-SHA256. */
  readonly proving: Buffer;
  /** Proves that a record on the bus was written by a process of the cluster: HMAC-SHA256. */
  readonly records: KeyObject;
  /** The key that the answer to one request is sealed with: AES-256. */
  sealing(nonce: Buffer): Buffer;
}

const KEY_BYTES = 32;
const FORMAT = /^[A-Za-z0-9_-]{43}$/;
const SALTLESS = Buffer.alloc(0);

/** Reads the key of a cluster: one line with 32 bytes in base64url. */
export function readClusterKey(file: string): ClusterKey | KeyFileError {
  const text = readSecretFile(file);
  if (typeof text !== 'string') return text;
  const line = text.trim();
  if (FORMAT.test(line)) return clusterKey(Buffer.from(line, 'base64url'));
  const problem = 'must be one line with 32 bytes in base64url; make it with countersign cluster init';
  return keyFileError('key_file_invalid', file, problem);
}

/** One key for each purpose, by HKDF-SHA-256 (RFC 5869): none says anything about another. */
export function clusterKey(secret: Buffer): ClusterKey {
  const derive = (salt: Buffer, purpose: string) =>
    Buffer.from(hkdfSync('sha256', secret, salt, `countersign/cluster/${purpose}`, KEY_BYTES));
  return {
    proving: derive(SALTLESS, 'request'),
    records: createSecretKey(derive(SALTLESS, 'record')),
    sealing: (nonce) => derive(nonce, 'answer'),
  };
}
