import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import type { OpenVaultError } from '../open-error.ts';
import { readMasterKey } from './master-key-file.ts';

const BYTES = 32;

/**
 * A key of the installation for one purpose, derived from the master key (HKDF-SHA-256, RFC 5869, the purpose as
 * `info`): the same on every start and every gateway, and useless for any other purpose.
 */
export function deriveInstallationKey(masterKeyFile: string, purpose: string): KeyObject | OpenVaultError {
  const master = readMasterKey(masterKeyFile);
  if ('code' in master) return master;
  const derived = hkdfSync('sha256', master, Buffer.alloc(0), `countersign/${purpose}`, BYTES);
  return createSecretKey(new Uint8Array(derived));
}
