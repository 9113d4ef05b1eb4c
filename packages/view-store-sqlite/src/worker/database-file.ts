import { rmSync } from 'node:fs';
import Database from 'better-sqlite3';

/** "CsVw": tells our file from other SQLite databases, which are never deleted. */
const APPLICATION_ID = 0x43735677;
/** Raised when the tables that hold the views change in kind; a file of another format is deleted. */
export const FORMAT = 1;

/** Bytes. 4, 8 and 16 KiB measured the same; the smallest writes least for a row that changed. */
const PAGE_BYTES = 4_096;
/** KiB of pages kept in memory: the recent ends of the tables and indexes, which are what is written. Twice as much saved nothing. */
const CACHE_KIB = 4_096;
/** Pages of the write-ahead log before they are copied into the file and synced: 16 MiB. */
const CHECKPOINT_PAGES = 4_096;

/** The error says that the file's content is not to be trusted. */
export function isDamage(cause: unknown): boolean {
  const kind = kindOf(cause);
  return kind === 'CORRUPT' || kind === 'NOTADB';
}

/** `CORRUPT` of `SQLITE_CORRUPT_INDEX`. */
function kindOf(cause: unknown): string | undefined {
  return cause instanceof Database.SqliteError ? cause.code.split('_')[1] : undefined;
}

/** Opens or creates the database; a damaged one or one of another format is deleted, and the reason told. */
export function openDatabaseFile(file: string, onDiscarded: (reason: string) => void): Database.Database {
  try {
    const database = connect(file);
    const format = formatOf(database, file);
    if (format === FORMAT) return database;
    database.close();
    deleteDatabaseFile(file);
    onDiscarded(`it has format ${format}, this version writes ${FORMAT}`);
  } catch (cause) {
    if (kindOf(cause) === 'BUSY') throw new Error(`${file} is in use by another process`);
    if (!isDamage(cause)) throw cause;
    deleteDatabaseFile(file);
    onDiscarded(`it is damaged (${(cause as Error).message})`);
  }
  const database = connect(file);
  formatOf(database, file);
  return database;
}

/** Removes the database with its write-ahead log. */
export function deleteDatabaseFile(file: string): void {
  for (const part of [file, `${file}-wal`, `${file}-shm`]) rmSync(part, { force: true });
}

function connect(file: string): Database.Database {
  const database = new Database(file, { timeout: 0 });
  try {
    // One process writes here; without others there is no shared memory to keep.
    database.pragma('locking_mode = EXCLUSIVE');
    database.pragma(`page_size = ${PAGE_BYTES}`);
    database.pragma('journal_mode = WAL');
    // A power cut may take the last commits, whole, with their checkpoints: they are made again.
    database.pragma('synchronous = NORMAL');
    database.pragma(`cache_size = -${CACHE_KIB}`);
    database.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    database.pragma('temp_store = MEMORY');
    return database;
  } catch (cause) {
    database.close();
    throw cause;
  }
}

/** The file's format; a new file gets ours. @throws Error for a database that is not ours. */
function formatOf(database: Database.Database, file: string): number {
  const tables = database.prepare('SELECT count(*) FROM sqlite_schema').pluck().get();
  const application = database.pragma('application_id', { simple: true });
  if (tables !== 0 && application !== APPLICATION_ID) {
    database.close();
    throw new Error(`${file} is another program's database: move it away or choose another path`);
  }
  if (tables !== 0) return database.pragma('user_version', { simple: true }) as number;
  database.pragma(`application_id = ${APPLICATION_ID}`);
  database.pragma(`user_version = ${FORMAT}`);
  database.exec(
    `CREATE TABLE groups (name TEXT PRIMARY KEY, description TEXT NOT NULL, views TEXT NOT NULL,
       checkpoint INTEGER NOT NULL) STRICT`,
  );
  return FORMAT;
}
