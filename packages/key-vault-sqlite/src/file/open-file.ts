import { closeSync, existsSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { type OpenVaultError, openError } from '../open-error.ts';
import { APPLICATION_ID, SCHEMA_VERSION } from './schema.ts';
import { sqliteCode } from './sqlite-failure.ts';
import { syncDirectory } from './sync-directory.ts';

export interface OpenFile {
  readonly db: Database.Database;
  /** The file holds nothing yet, not even tables. */
  readonly isNew: boolean;
}

/**
 * Opens the SQLite file of a vault, made with mode 0600 if absent, and takes its lock, which lasts until it is closed or
 * the process dies. Damage is found here and not at the first key.
 */
export function openFile(file: string): OpenFile | OpenVaultError {
  let db: Database.Database | undefined;
  try {
    if (!existsSync(file)) {
      closeSync(openSync(file, 'wx', 0o600));
      syncDirectory(dirname(file));
    }
    db = new Database(file, { timeout: 0 });
    // Before the first read: the lock is then taken with it and kept, and no memory is shared with other processes.
    db.pragma('locking_mode = EXCLUSIVE');
    const application = db.pragma('application_id', { simple: true });
    const version = db.pragma('user_version', { simple: true }) as number;
    const isNew = db.prepare('SELECT 1 FROM sqlite_schema').get() === undefined;
    const foreign = isNew ? null : problemOf(application, version);
    if (foreign !== null) {
      db.close();
      return openError('vault_unusable', file, foreign);
    }
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma('secure_delete = ON');
    db.pragma('temp_store = MEMORY');
    db.exec('BEGIN IMMEDIATE; COMMIT');
    if (db.pragma('quick_check(1)', { simple: true }) !== 'ok') {
      db.close();
      return openError('vault_corrupt', file, DAMAGED);
    }
    truncateLog(db);
    return { db, isNew };
  } catch (cause) {
    db?.close();
    return failureToOpen(file, cause);
  }
}

const DAMAGED = 'the key vault is damaged; restore it from its backup';

/** Copies the write-ahead log into the file and cuts it to nothing: what was overwritten is then in neither. */
export function truncateLog(db: Database.Database): void {
  const [state] = db.pragma('wal_checkpoint(TRUNCATE)') as [{ busy: number }];
  if (state.busy !== 0) throw new Error('the write-ahead log is in use');
}

function problemOf(application: unknown, version: number): string | null {
  if (application !== APPLICATION_ID) return 'this is a database, but no key vault; name another file';
  if (version > SCHEMA_VERSION) return 'the key vault was written by a newer version; run that one';
  return null;
}

/** Why opening threw, with the remedy. */
export function failureToOpen(file: string, cause: unknown): OpenVaultError {
  const code = sqliteCode(cause) ?? (cause as NodeJS.ErrnoException).code ?? String(cause);
  if (code.startsWith('SQLITE_BUSY')) {
    return openError(
      'vault_in_use',
      file,
      'another process uses the key vault; stop it, or use another data directory',
    );
  }
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB')
    return openError('vault_corrupt', file, DAMAGED);
  return openError(
    'vault_unusable',
    file,
    `the key vault can't be opened (${code}); check disk space, path and rights`,
  );
}
