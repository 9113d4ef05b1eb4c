import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { makeDirectory } from '../make-directory.ts';
import { ledgerFile } from '../options.ts';

/** Holder of a data directory: a lock of the operating system, so that it ends with the process however that ends. */
export interface DirectoryLock {
  release(): void;
}

/**
 * Locks a directory for one writer by holding an exclusive transaction on a small database of its own; the ledger's
 * file stays open for readers. The holder's process id lies beside it, for the message that refuses a second one.
 * @returns the lock, or the holder's process id (`null` if unknown)
 */
export function lockDirectory(directory: string): DirectoryLock | { readonly holder: number | null } {
  makeDirectory(directory);
  const file = `${ledgerFile(directory)}.lock`;
  const pidFile = `${ledgerFile(directory)}.pid`;
  const lock = new Database(file, { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    lock.close();
    if (!isBusy(cause)) throw cause;
    return { holder: readHolder(pidFile) };
  }
  writeFileSync(pidFile, `${process.pid}\n`, { mode: 0o600 });
  return {
    release() {
      rmSync(pidFile, { force: true });
      lock.close();
    },
  };
}

function isBusy(cause: unknown): boolean {
  return cause instanceof Database.SqliteError && cause.code.startsWith('SQLITE_BUSY');
}

function readHolder(pidFile: string): number | null {
  try {
    const pid = Number(readFileSync(pidFile, 'utf8').trim());
    return Number.isSafeInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null;
  }
}
