import { existsSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { classifyError } from '../open-error.ts';
import { APPLICATION_ID, SCHEMA_VERSION } from '../schema.ts';
import { type BackupError, backupFailure } from './backup-error.ts';
import { checkOrder, checkStreams, MAX_PROBLEMS, report } from './check-events.ts';
import type { BackupSummary, OnProgress } from './job.ts';
import { notABackup } from './told-apart.ts';

const DAMAGED = 'use another backup; keep this one for inspection';

/**
 * Reads a backup completely: file structure, schema, order, versions, counts, digest. Changes nothing.
 * @param name what to call it in messages, where it is a copy of the file that the operator named
 */
export function verify(file: string, onProgress: OnProgress, name = file): BackupSummary | BackupError {
  if (!existsSync(file)) {
    return { code: 'NoSuchFile', detail: `there is no file ${name}`, remedy: 'name an existing backup' };
  }
  const other = notABackup(file, name);
  if (other !== null) return other;
  let db: Database.Database | undefined;
  try {
    db = new Database(file, { readonly: true, fileMustExist: true });
    return readBackup(db, file, onProgress, name);
  } catch (cause) {
    const { code, detail } = classifyError(cause);
    if (code !== 'DatabaseCorrupt') return backupFailure(`${name} can't be read`, cause);
    return { code: 'BackupDamaged', detail: `${name}: ${detail}`, remedy: DAMAGED };
  } finally {
    db?.close();
  }
}

function readBackup(
  db: Database.Database,
  file: string,
  onProgress: OnProgress,
  name: string,
): BackupSummary | BackupError {
  const application = db.pragma('application_id', { simple: true });
  const version = db.pragma('user_version', { simple: true });
  if (application !== APPLICATION_ID || version !== SCHEMA_VERSION) {
    const detail = `${name} is no ledger of schema version ${SCHEMA_VERSION}`;
    return { code: 'NotABackup', detail, remedy: 'name a file that this version made with `backup`' };
  }
  const problems: string[] = [];
  onProgress({ stage: 'check', done: 0, total: 1 });
  for (const line of db.prepare(`PRAGMA integrity_check(${MAX_PROBLEMS})`).pluck().all()) {
    if (line !== 'ok') report(problems, String(line));
  }
  onProgress({ stage: 'check', done: 1, total: 1 });
  const { events, digest } = checkOrder(db, problems, onProgress);
  const streams = checkStreams(db, problems);
  const count = (sql: string) => Number(db.prepare(sql).pluck().get());
  const position = count('SELECT coalesce(max(position), 0) FROM events');
  for (const table of ['checkpoints', 'parked']) {
    const ahead = count(`SELECT count(*) FROM ${table} WHERE position > ${position}`);
    if (ahead > 0) report(problems, `${ahead} rows of ${table} are ahead of the last event, ${position}`);
  }
  if (problems.length > 0) {
    const detail = `${name} is damaged: ${problems[0]}${problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''}`;
    return { code: 'BackupDamaged', detail, remedy: DAMAGED, problems };
  }
  return {
    file,
    bytes: statSync(file).size,
    events,
    streams,
    position,
    checkpoints: count('SELECT count(*) FROM checkpoints'),
    parked: count('SELECT count(*) FROM parked'),
    digest,
  };
}
