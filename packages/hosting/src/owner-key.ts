import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The owner's key of the first start: one line, mode 0600, never logged. */
export function ownerKeyFile(dataDirectory: string): string {
  return join(dataDirectory, 'owner.key');
}

/** The key that the file holds; null where there is none. */
export function readOwnerKey(file: string): string | null {
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : null;
}

/**
 * Writes the key durably before it becomes good for anything: a crash can't leave a key that nobody has. A half-written
 * file never has the name: the next start could not tell it from one that somebody has spoilt.
 */
export function writeOwnerKey(file: string, key: string): void {
  const unfinished = `${file}.new`;
  const handle = openSync(unfinished, 'w', 0o600);
  writeSync(handle, `${key}\n`);
  fsyncSync(handle);
  closeSync(handle);
  renameSync(unfinished, file);
  const directory = openSync(dirname(file), 'r');
  fsyncSync(directory);
  closeSync(directory);
}
