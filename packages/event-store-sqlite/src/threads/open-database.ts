import Database from 'better-sqlite3';
import { type OpenError, openError } from '../open-error.ts';
import { ledgerFile, type StoreLimits } from '../options.ts';
import { APPLICATION_ID, SCHEMA, SCHEMA_VERSION } from '../schema.ts';
import type { OpenedLedger } from './protocol.ts';

/** Pages that the writer keeps: it only touches the right edges of a few trees. In KiB, negated as SQLite wants it. */
const WRITER_CACHE_KIB = -4096;

/** Opens the ledger for writing, makes its tables in a new file, and sets what durability rests on. */
export function openForWriting(directory: string, limits: StoreLimits): Database.Database | OpenError {
  const db = new Database(ledgerFile(directory), { timeout: limits.lockTimeoutMs });
  const unknown = checkSchema(db, directory);
  if (unknown) {
    db.close();
    return unknown;
  }
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  // macOS: fsync alone does not reach the platter. No effect elsewhere.
  db.pragma('fullfsync = ON');
  db.pragma('checkpoint_fullfsync = ON');
  db.pragma('wal_autocheckpoint = 0');
  db.pragma(`cache_size = ${WRITER_CACHE_KIB}`);
  if (limits.maxDatabaseBytes > 0) {
    const pageSize = Number(db.pragma('page_size', { simple: true }));
    db.pragma(`max_page_count = ${Math.max(1, Math.floor(limits.maxDatabaseBytes / pageSize))}`);
  }
  if (
    db.pragma('journal_mode', { simple: true }) !== 'wal' ||
    db.pragma('synchronous', { simple: true }) !== 2
  ) {
    db.close();
    return openError(
      'CannotOpen',
      directory,
      'the file system does not allow a write-ahead log with full sync',
    );
  }
  if (db.pragma('user_version', { simple: true }) === 0) {
    db.exec('BEGIN IMMEDIATE');
    db.exec(SCHEMA);
    db.exec('COMMIT');
  }
  return db;
}

function checkSchema(db: Database.Database, directory: string): OpenError | null {
  const version = Number(db.pragma('user_version', { simple: true }));
  const application = Number(db.pragma('application_id', { simple: true }));
  const tables = Number(db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get());
  if (version === 0 && application === 0 && tables === 0) return null;
  if (version === SCHEMA_VERSION && application === APPLICATION_ID) return null;
  const found = application === APPLICATION_ID ? `schema version ${version}` : 'a database that is no ledger';
  const detail = `${ledgerFile(directory)} holds ${found}; this program knows version ${SCHEMA_VERSION}`;
  return openError('SchemaVersionUnknown', directory, detail);
}

/** Reads what the main thread starts from; each question is one step in an index. */
export function readOpened(db: Database.Database): OpenedLedger {
  const position = Number(db.prepare('SELECT coalesce(max(position), 0) FROM events').pluck().get());
  const checkpoints = db
    .prepare<[], [string, number]>('SELECT consumer, position FROM checkpoints')
    .raw()
    .all() as unknown as [string, number][];
  return { position, newestStreams: newestStreams(db), checkpoints };
}

/** Jumps from category to category through the index on (stream, version). */
function newestStreams(db: Database.Database): string[] {
  const next = db
    .prepare<[string], string>('SELECT stream FROM events WHERE stream >= ? ORDER BY stream LIMIT 1')
    .pluck();
  const newest = db
    .prepare<[string, string], string>('SELECT max(stream) FROM events WHERE stream >= ? AND stream < ?')
    .pluck();
  const streams: string[] = [];
  let from = '';
  for (let stream = next.get(from); stream !== undefined; stream = next.get(from)) {
    const dash = stream.indexOf('-');
    const category = dash < 0 ? stream : stream.slice(0, dash);
    // '.' is the character after '-': the end of the category's names.
    const last = newest.get(`${category}-`, `${category}.`) as string | null | undefined;
    streams.push(last ?? stream);
    from = last === null || last === undefined ? `${stream}\u0000` : `${category}.`;
  }
  return streams;
}
