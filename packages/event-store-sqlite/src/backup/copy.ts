import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { ledgerFile } from '../options.ts';
import { type BackupError, backupFailure, isBackupError } from './backup-error.ts';
import type { BackupSummary, OnProgress } from './job.ts';
import { verify } from './verify.ts';

/** Pages between two reports: some 4 MB. */
const PAGES_PER_STEP = 1_000;

/** Copies a ledger, running or not, to one file, verifies the copy, and only then gives it its name. */
export async function backup(
  directory: string,
  file: string,
  onProgress: OnProgress,
): Promise<BackupSummary | BackupError> {
  if (existsSync(file)) {
    return {
      code: 'TargetExists',
      detail: `${file} exists already`,
      remedy: 'name a file that does not exist',
    };
  }
  const partial = `${file}.partial`;
  try {
    discard(partial);
    closeSync(openSync(partial, 'wx', 0o600));
    await copySnapshot(ledgerFile(directory), partial, onProgress);
    const verified = verify(partial, onProgress, `the copy ${file}`);
    if (isBackupError(verified)) {
      discard(partial);
      return verified.code === 'BackupDamaged' ? sourceDamaged(directory, verified) : verified;
    }
    publish(partial, file);
    return { ...verified, file };
  } catch (cause) {
    discard(partial);
    return backupFailure(`the ledger in ${directory} can't be copied to ${file}`, cause);
  }
}

/** A fresh copy that is damaged tells of its source. */
function sourceDamaged(directory: string, { detail, problems = [] }: BackupError): BackupError {
  return {
    code: 'DatabaseCorrupt',
    detail: `the ledger in ${directory} can't be copied: ${detail}`,
    remedy: 'check the disk, keep the damaged ledger for inspection, and rely on the latest verified backup',
    problems,
  };
}

/**
 * One read transaction around the whole copy: what is committed meanwhile neither restarts it nor comes into it. The
 * write-ahead log can't start anew until it ends.
 */
async function copySnapshot(source: string, target: string, onProgress: OnProgress): Promise<void> {
  const db = new Database(source, { readonly: true, fileMustExist: true });
  try {
    db.exec('BEGIN');
    db.prepare('SELECT count(*) FROM sqlite_schema').get();
    await db.backup(target, {
      progress({ totalPages, remainingPages }) {
        onProgress({ stage: 'copy', done: totalPages - remainingPages, total: totalPages });
        return PAGES_PER_STEP;
      },
    });
  } finally {
    db.close();
  }
  // The copy says that it has a write-ahead log; a backup is one file.
  const copy = new Database(target);
  copy.pragma('journal_mode = DELETE');
  copy.close();
}

/** Removes an unfinished file, with what SQLite has put beside it. */
export function discard(partial: string): void {
  for (const beside of ['', '-wal', '-shm', '-journal']) rmSync(`${partial}${beside}`, { force: true });
}

/** Makes a finished file durable under its final name. */
export function publish(partial: string, file: string): void {
  sync(partial);
  renameSync(partial, file);
  sync(dirname(resolve(file)));
}

function sync(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
