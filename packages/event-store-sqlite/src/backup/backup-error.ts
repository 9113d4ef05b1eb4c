import { classifyError, type OpenError } from '../open-error.ts';

/** Why a backup, its verification or a restore did not succeed. Nothing half-done is left under the final name. */
export interface BackupError {
  readonly code:
    | 'TargetExists'
    | 'DirectoryNotEmpty'
    | 'NoSuchFile'
    | 'NotABackup'
    | 'LedgerNotBackup'
    | 'BackupDamaged'
    | OpenError['code'];
  readonly detail: string;
  readonly remedy: string;
  /** All that is wrong with a damaged backup, at most 20. */
  readonly problems?: readonly string[];
}

/** Tells an error from a backup. */
export function isBackupError(value: object): value is BackupError {
  return 'code' in value && 'remedy' in value;
}

/** An unexpected error of the file system or SQLite, as a value. */
export function backupFailure(what: string, cause: unknown): BackupError {
  const { code, detail } = classifyError(cause);
  return {
    code,
    detail: `${what}: ${detail}`,
    remedy: 'free or repair the disk, or choose another place, and repeat',
  };
}
