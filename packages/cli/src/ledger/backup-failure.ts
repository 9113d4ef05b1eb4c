import type { BackupError, BackupProgress, BackupSummary } from '@countersign/event-store-sqlite';
import { fail } from '../cli-error.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import type { Progress } from '../terminal/progress.ts';

const EXIT_CODES: Partial<Record<BackupError['code'], ExitCode>> = {
  TargetExists: EXIT.conflict,
  DirectoryNotEmpty: EXIT.conflict,
  BackupDamaged: EXIT.usage,
  NoSuchFile: EXIT.usage,
  NotABackup: EXIT.usage,
  LedgerNotBackup: EXIT.usage,
};

/** Ends the verb with what went wrong with a backup. */
export function failBackup({ code, detail, remedy, problems = [] }: BackupError): never {
  return fail({
    exitCode: EXIT_CODES[code] ?? EXIT.unexpected,
    code,
    detail,
    remedy,
    errors: problems.map((problem) => ({ pointer: '', detail: problem })),
  });
}

const STAGES: Record<BackupProgress['stage'], string> = {
  copy: 'copying',
  check: 'checking pages',
  read: 'reading every event',
};

/** Shows how far a backup or restore is. */
export function showProgress(progress: Progress): (report: BackupProgress) => void {
  return ({ stage, done, total }) => progress.report(STAGES[stage], done, total);
}

/** What a verified ledger holds, in words. */
export function summaryText({ events, streams, position, digest }: BackupSummary): string {
  return `${events} events in ${streams} streams up to position ${position}, digest ${digest}`;
}
