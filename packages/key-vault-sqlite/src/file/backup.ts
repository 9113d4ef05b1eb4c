import { closeSync, fsyncSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { syncDirectory } from './sync-directory.ts';

/** The copy was not made; the vault itself is untouched and goes on. */
export interface BackupFailed {
  readonly code: 'backup_failed';
  readonly file: string;
  readonly detail: string;
}

/** Where a SQLite file says how it is written and read: 1 is one file, 2 a file with a write-ahead log. */
const VERSIONS = { from: 18, length: 2 } as const;
const WITH_LOG = 2;

/**
 * Writes a consistent copy of the vault, mode 0600, on disk when it resolves. Copies a few pages at a time and lets
 * other work run between; what is written meanwhile is in the copy too. Refuses to write over a file.
 */
export async function backupTo(
  db: Database.Database,
  file: string,
): Promise<{ readonly file: string } | BackupFailed> {
  let descriptor: number;
  try {
    // SQLite fills an empty file; made here, so that its rights are right from the first byte.
    descriptor = openSync(file, 'wx', 0o600);
  } catch (cause) {
    return backupFailed(file, cause);
  }
  try {
    await db.backup(file);
    makeOneFile(file);
    fsyncSync(descriptor);
    syncDirectory(dirname(file));
    return { file };
  } catch (cause) {
    for (const beside of ['', '-wal', '-shm', '-journal']) rmSync(`${file}${beside}`, { force: true });
    return backupFailed(file, cause);
  } finally {
    closeSync(descriptor);
  }
}

/** The copy says that it has a write-ahead log, as the vault does; a backup is one file, and is told from a vault by that. */
function makeOneFile(file: string): void {
  const copy = new Database(file);
  try {
    copy.pragma('journal_mode = DELETE');
  } finally {
    copy.close();
  }
}

/**
 * Whether a file is whole by itself, as backups are. A vault that is written to is two files: without its log it lacks the
 * keys that were made last, and what they seal would read as erased.
 */
export function isWholeByItself(file: string): boolean {
  if ((statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0) return false;
  const versions = Buffer.alloc(VERSIONS.length);
  const descriptor = openSync(file, 'r');
  try {
    readSync(descriptor, versions, 0, VERSIONS.length, VERSIONS.from);
    return !versions.includes(WITH_LOG);
  } finally {
    closeSync(descriptor);
  }
}

function backupFailed(file: string, cause: unknown): BackupFailed {
  const { code } = cause as NodeJS.ErrnoException;
  const remedy =
    code === 'EEXIST' ? 'it exists; name a new file' : `${code}; check path, rights and disk space`;
  return { code: 'backup_failed', file, detail: `${file}: the backup can't be written: ${remedy}` };
}
