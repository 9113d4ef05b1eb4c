import type { Database } from 'better-sqlite3';

/** "csKV": tells a vault from any other SQLite file. */
export const APPLICATION_ID = 0x63734b56;
/** The format that this version writes; a file of another one is not opened. */
export const SCHEMA_VERSION = 1;

/**
 * Secrets live in `wrapped_key` alone, and its rows are only appended and overwritten by as many bytes, never moved.
 * Why: where SQLite splits or joins pages it leaves stale copies of rows behind, `secure_delete` or not, and a destroyed
 * key could be read from them. `data_key.slot` is NULL once the key is destroyed; the row stays as the tombstone.
 */
const TABLES = `
  CREATE TABLE installation (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE wrapped_key (slot INTEGER PRIMARY KEY AUTOINCREMENT, wrapped BLOB NOT NULL) STRICT;
  CREATE TABLE data_key (
    id TEXT PRIMARY KEY,
    organization TEXT NOT NULL,
    subject TEXT NOT NULL,
    month TEXT NOT NULL,
    retention TEXT NOT NULL,
    slot INTEGER UNIQUE REFERENCES wrapped_key(slot)
  ) STRICT, WITHOUT ROWID;
  CREATE UNIQUE INDEX live_key ON data_key (organization, subject, month, retention) WHERE slot IS NOT NULL;
  CREATE INDEX key_of_organization ON data_key (organization, id);
`;

/** Makes a new file a vault. */
export function createSchema(db: Database): void {
  db.exec(TABLES);
  db.pragma(`application_id = ${APPLICATION_ID}`);
  db.pragma(`user_version = ${SCHEMA_VERSION}`);
}
