import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { type BackupError, backupFailure } from './backup-error.ts';

/** How every SQLite file begins, and where it says how it is written to: 1 is one file, 2 a file with a write-ahead log. */
const MAGIC = Buffer.from('SQLite format 3\0', 'latin1');
const WRITE_VERSION = 18;
const READ_VERSION = 19;
const WITH_LOG = 2;

/**
 * Why a file is not even a damaged backup, or null. A backup is one file; a ledger that is written to is two, and without its
 * log it lacks what was acknowledged last.
 * @param name what to call it in messages
 */
export function notABackup(file: string, name = file): BackupError | null {
  try {
    const log = statSync(`${file}-wal`, { throwIfNoEntry: false });
    const header = beginningOf(file);
    if (!header.subarray(0, MAGIC.length).equals(MAGIC)) {
      const detail = `${name} is no SQLite file`;
      return { code: 'NotABackup', detail, remedy: 'name a file that was made with `backup`' };
    }
    const hasLog = header[WRITE_VERSION] === WITH_LOG || header[READ_VERSION] === WITH_LOG;
    if (!hasLog && (log?.size ?? 0) === 0) return null;
    return {
      code: 'LedgerNotBackup',
      detail: `${name} is a data directory's ledger and not a backup: its write-ahead log belongs to it`,
      remedy: `run \`countersign backup --data-dir ${dirname(name)} <file>\` and name that file`,
    };
  } catch (cause) {
    return backupFailure(`${name} can't be read`, cause);
  }
}

function beginningOf(file: string): Buffer {
  const header = Buffer.alloc(READ_VERSION + 1);
  const handle = openSync(file, 'r');
  try {
    readSync(handle, header, 0, header.length, 0);
    return header;
  } finally {
    closeSync(handle);
  }
}
