/** Why the ledger can't be opened, and what the operator can do about it. */
export interface OpenError {
  readonly code:
    | 'DirectoryInUse'
    | 'DirectoryNotWritable'
    | 'DatabaseCorrupt'
    | 'SchemaVersionUnknown'
    | 'DiskFull'
    | 'DiskError'
    | 'CannotOpen';
  readonly directory: string;
  readonly detail: string;
  readonly remedy: string;
}

/** Tells an error from an open ledger. */
export function isOpenError(value: object): value is OpenError {
  return 'code' in value && 'remedy' in value;
}

const REMEDIES: Record<OpenError['code'], string> = {
  DirectoryInUse: 'stop the other process, or give this one its own data directory',
  DirectoryNotWritable: 'let the user who runs this process write to the directory and the files in it',
  DatabaseCorrupt:
    'restore the latest verified backup into an empty directory; keep the damaged file for inspection',
  SchemaVersionUnknown:
    'start the version of the program that wrote this directory, or choose another directory',
  DiskFull: 'free disk space or raise the size limit, then start again; nothing acknowledged is lost',
  DiskError: 'check the disk and its file system, then start again; nothing acknowledged is lost',
  CannotOpen: 'see the detail; the ledger was not changed',
};

/** An error with the remedy of its code. */
export function openError(code: OpenError['code'], directory: string, detail: string): OpenError {
  return { code, directory, detail, remedy: REMEDIES[code] };
}

/** Sorts the errors of SQLite and of the file system by what the operator has to do. */
export function classifyError(cause: unknown): { readonly code: OpenError['code']; readonly detail: string } {
  const code = errorCode(cause);
  const detail = `${cause instanceof Error ? cause.message : String(cause)}${code ? ` (${code})` : ''}`;
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(code)) return { code: 'DatabaseCorrupt', detail };
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) return { code: 'DirectoryInUse', detail };
  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT') return { code: 'DiskFull', detail };
  if (/^SQLITE_IOERR/.test(code) || code === 'EIO') return { code: 'DiskError', detail };
  if (/^(SQLITE_(READONLY|CANTOPEN|PERM)|EACCES|EPERM|EROFS)/.test(code)) {
    return { code: 'DirectoryNotWritable', detail };
  }
  return { code: 'CannotOpen', detail };
}

function errorCode(cause: unknown): string {
  return typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
}

/** The same for an error while running: the message that the process stops with. */
export function failureOf(
  done: 'read' | 'written',
  cause: unknown,
): { readonly code: OpenError['code']; readonly message: string } {
  const { code, detail } = classifyError(cause);
  const remedy =
    code === 'CannotOpen' ? 'restart: the ledger is rebuilt from what is durable' : REMEDIES[code];
  return { code, message: `the ledger can't be ${done}: ${detail}; remedy: ${remedy}` };
}
