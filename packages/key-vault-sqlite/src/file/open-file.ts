import { closeSync, existsSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { type OpenVaultError, openError } from '../open-error.ts';
import { APPLICATION_ID, SCHEMA_VERSION } from './schema.ts';
import { sqliteCode } from './sqlite-failure.ts';
import { syncDirectory } from './sync-directory.ts';

interface OpenFile {
  readonly db: Database.Database;
  /** The file holds nothing yet, not even tables. */
  readonly isNew: boolean;
}

/** Longest wait for what another process writes, in ms. Its longest write, the destruction of many keys, takes about 10. */
const BUSY_MS = 1_000;

/**
 * Opens the SQLite file of a vault, made with mode 0600 if absent. Alone it takes the file's lock, which lasts until it is
 * closed or the process dies; shared it waits for the others' transactions. Damage is found here and not at the first key.
 */
export function openFile(file: string, shared: boolean): OpenFile | OpenVaultError {
  let db: Database.Database | undefined;
  try {
    if (!existsSync(file)) {
      closeSync(openSync(file, shared ? 'a' : 'wx', 0o600));
      syncDirectory(dirname(file));
    }
    db = new Database(file, { timeout: shared ? BUSY_MS : 0 });
    // Before the first read: the lock is then taken with it and kept, and no memory is shared with other processes.
    if (!shared) db.pragma('locking_mode = EXCLUSIVE');
    const application = db.pragma('application_id', { simple: true });
    const version = db.pragma('user_version', { simple: true }) as number;
    const isNew = isEmpty(db);
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
    // Others that read now are no reason to stay out: whoever destroys a key cuts the log, or says that it could not.
    if (!cutLog(db) && !shared) throw new Error('the write-ahead log is in use');
    return { db, isNew };
  } catch (cause) {
    db?.close();
    return failureToOpen(file, cause);
  }
}

const DAMAGED = 'the key vault is damaged; restore it from its backup';

/** Whether nothing is in the file, not even tables. */
export function isEmpty(db: Database.Database): boolean {
  return db.prepare('SELECT 1 FROM sqlite_schema').get() === undefined;
}

/** Longest wait for others to finish reading and writing, in ms. Nothing else runs meanwhile: who cuts tries again. */
const CUT_WAIT_MS = 10;

/**
 * Copies the write-ahead log into the file and cuts it to nothing: what was overwritten is then in neither. False where
 * another process is in the way.
 */
export function cutLog(db: Database.Database): boolean {
  const waits = db.pragma('busy_timeout', { simple: true }) as number;
  db.pragma(`busy_timeout = ${Math.min(waits, CUT_WAIT_MS)}`);
  try {
    const [state] = db.pragma('wal_checkpoint(TRUNCATE)') as [{ busy: number }];
    return state.busy === 0;
  } finally {
    db.pragma(`busy_timeout = ${waits}`);
  }
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
