import Database from 'better-sqlite3';
import { ledgerFile } from '../options.ts';

/**
 * Stands between the writer and the disk from outside, as another process would: a foreign write transaction holds
 * every commit back, a foreign trigger makes it fail. So the ledger needs no door for tests.
 */
export interface ControlledDisk {
  hold(): void;
  release(): void;
  fail(): void;
  repair(): void;
  close(): void;
}

/** Holds up and breaks the writes of a ledger from outside. */
export function controlDisk(directory: string): ControlledDisk {
  const db = new Database(ledgerFile(directory), { timeout: 60_000 });
  const end = (how: 'COMMIT' | 'ROLLBACK') => db.inTransaction && db.exec(how);
  return {
    hold: () => void db.exec('BEGIN IMMEDIATE'),
    release: () => void end('ROLLBACK'),
    fail() {
      if (!db.inTransaction) db.exec('BEGIN IMMEDIATE');
      db.exec(`CREATE TRIGGER IF NOT EXISTS fault BEFORE INSERT ON events
        BEGIN SELECT RAISE(ABORT, 'injected: the disk does not take it'); END`);
      end('COMMIT');
    },
    repair: () => void db.exec('DROP TRIGGER IF EXISTS fault'),
    close() {
      end('ROLLBACK');
      db.close();
    },
  };
}
