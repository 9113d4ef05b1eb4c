import { chmodSync, copyFileSync, existsSync, readdirSync } from 'node:fs';
import { makeDirectory } from '../make-directory.ts';
import { ledgerFile } from '../options.ts';
import { type BackupError, backupFailure, isBackupError } from './backup-error.ts';
import { discard, publish } from './copy.ts';
import type { BackupSummary, OnProgress } from './job.ts';
import { notABackup } from './told-apart.ts';
import { verify } from './verify.ts';

/** Copies a backup into an empty or new directory and verifies what was copied before it becomes the ledger. */
export function restore(
  file: string,
  directory: string,
  onProgress: OnProgress,
): BackupSummary | BackupError {
  if (!existsSync(file)) {
    return { code: 'NoSuchFile', detail: `there is no file ${file}`, remedy: 'name an existing backup' };
  }
  const other = notABackup(file);
  if (other !== null) return other;
  const target = ledgerFile(directory);
  const partial = `${target}.restoring`;
  try {
    makeDirectory(directory);
    if (readdirSync(directory).length > 0) {
      const detail = `${directory} is not empty`;
      return { code: 'DirectoryNotEmpty', detail, remedy: 'restore into a new or an empty directory' };
    }
    copyFileSync(file, partial);
    chmodSync(partial, 0o600);
    const verified = verify(partial, onProgress, file);
    if (isBackupError(verified)) {
      discard(partial);
      return verified;
    }
    publish(partial, target);
    return { ...verified, file: target };
  } catch (cause) {
    discard(partial);
    return backupFailure(`${directory} can't be written`, cause);
  }
}
