export type { BackupError } from './backup/backup-error.ts';
export { isBackupError } from './backup/backup-error.ts';
export { backupLedger, restoreBackup, verifyBackup } from './backup/index.ts';
export type { BackupProgress, BackupSummary, OnProgress } from './backup/job.ts';
export { makeDirectory } from './make-directory.ts';
export type { OpenError } from './open-error.ts';
export { isOpenError } from './open-error.ts';
export type { SqliteEventStoreOptions } from './options.ts';
export {
  DEFAULT_CACHED_HEADS,
  DEFAULT_LOCK_TIMEOUT_MS,
  DEFAULT_MAX_BACKLOG_BYTES,
  DEFAULT_MAX_BACKLOG_EVENTS,
  DEFAULT_TAIL_BYTES,
  DEFAULT_TAIL_EVENTS,
  DEFAULT_WAL_BYTES,
  ledgerFile,
} from './options.ts';
export type { SqliteEventStore } from './sqlite-event-store.ts';
export { openSqliteEventStore } from './sqlite-event-store.ts';
