import { Worker } from 'node:worker_threads';
import { THREAD_LIMITS } from '../threads/thread-limits.ts';
import { type BackupError, backupFailure } from './backup-error.ts';
import type { BackupJob, BackupSummary, JobMessage, OnProgress } from './job.ts';

function run(job: BackupJob, onProgress: OnProgress = () => {}): Promise<BackupSummary | BackupError> {
  return new Promise((resolve) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: job,
      resourceLimits: THREAD_LIMITS,
    });
    worker.on('message', (message: JobMessage) => {
      if (message.kind === 'progress') onProgress(message.progress);
      else resolve(message.result);
    });
    worker.on('error', (cause) => resolve(backupFailure('the backup thread ended', cause)));
    worker.on('exit', () => resolve(backupFailure('the backup thread ended', new Error('without a result'))));
  });
}

/**
 * Copies the ledger of a directory, also while a process writes to it, into one verified file. What was durable when
 * the call was made is in it. The file appears only when it is complete.
 */
export function backupLedger(
  directory: string,
  file: string,
  onProgress?: OnProgress,
): Promise<BackupSummary | BackupError> {
  return run({ kind: 'backup', directory, file }, onProgress);
}

/** Reads a backup completely and tells what it holds, or everything that is wrong with it. */
export function verifyBackup(file: string, onProgress?: OnProgress): Promise<BackupSummary | BackupError> {
  return run({ kind: 'verify', file }, onProgress);
}

/** Makes a verified backup the ledger of a new or empty directory. */
export function restoreBackup(
  file: string,
  directory: string,
  onProgress?: OnProgress,
): Promise<BackupSummary | BackupError> {
  return run({ kind: 'restore', file, directory }, onProgress);
}
