import { closeSync, fsyncSync, openSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Database } from 'better-sqlite3';
import { syncDirectory } from './sync-directory.ts';

/** The copy was not made; the vault itself is untouched and goes on. */
export interface BackupFailed {
  readonly code: 'backup_failed';
  readonly file: string;
  readonly detail: string;
}

/**
 * Writes a consistent copy of the vault, mode 0600, on disk when it resolves. Copies a few pages at a time and lets
 * other work run between; what is written meanwhile is in the copy too. Refuses to write over a file.
 */
export async function backupTo(
  db: Database,
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
    fsyncSync(descriptor);
    syncDirectory(dirname(file));
    return { file };
  } catch (cause) {
    rmSync(file, { force: true });
    return backupFailed(file, cause);
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
