import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { syncDirectory } from '../file/sync-directory.ts';
import { type OpenVaultError, openError } from '../open-error.ts';

const MASTER_KEY_BYTES = 32;
/** Any right of group or others. */
const EXPOSED = 0o077;
const FORMAT = '32 random bytes in base64 (openssl rand -base64 32)';

/** The master key of a file that exists: one line of base64, readable by its owner only. */
export function readMasterKey(file: string): KeyObject | OpenVaultError {
  try {
    const { mode } = statSync(file);
    // Windows has no such bits: its mode says nothing about who may read.
    if (process.platform !== 'win32' && (mode & EXPOSED) !== 0) {
      const rights = (mode & 0o777).toString(8).padStart(4, '0');
      return openError(
        'master_key_exposed',
        file,
        `the master key has mode ${rights}, others than its owner have rights on it; run chmod 600 ${file}`,
      );
    }
    const text = readFileSync(file, 'utf8').trim();
    const bytes = Buffer.from(text, 'base64');
    // Node skips what isn't base64; the round trip refuses it.
    if (bytes.toString('base64') !== text || bytes.length !== MASTER_KEY_BYTES) {
      return openError(
        'master_key_invalid',
        file,
        `the master key must be ${FORMAT}; put the right file there, don't make a new one for an old vault`,
      );
    }
    return createSecretKey(bytes);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return openError('master_key_missing', file, MISSING(file));
    return openError(
      'master_key_unreadable',
      file,
      `the master key can't be read (${code}); check path and rights`,
    );
  }
}

const MISSING = (file: string) =>
  `there is no master key; put it back from its own backup, or for a new installation make one: (umask 077; openssl rand -base64 32 > ${file})`;

/** What is wrong with a master key file, in words that name it; null where it holds one. */
export function masterKeyFault(file: string): string | null {
  const read = readMasterKey(file);
  return 'code' in read ? read.detail : null;
}

/** What stands in a new master key file. */
export function newMasterKeyText(): string {
  return `${randomBytes(MASTER_KEY_BYTES).toString('base64')}\n`;
}

/**
 * Makes a new master key, mode 0600, on disk before it is used. The caller holds the vault's lock, so no other process
 * makes one at the same time; a half-written file never has the name.
 */
export function makeMasterKey(file: string): KeyObject | OpenVaultError {
  const text = newMasterKeyText();
  const unfinished = `${file}.new`;
  try {
    const descriptor = openSync(unfinished, 'w', 0o600);
    try {
      writeSync(descriptor, text);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(unfinished, file);
    syncDirectory(dirname(file));
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    return openError(
      'master_key_unreadable',
      file,
      `a master key can't be made (${code}); check the directory`,
    );
  }
  return createSecretKey(Buffer.from(text, 'base64'));
}
