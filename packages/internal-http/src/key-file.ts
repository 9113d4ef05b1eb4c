import { readFileSync, statSync } from 'node:fs';

/** Why a key of the cluster can't be used. The process must not start without it. */
export interface KeyFileError {
  readonly code: 'key_file_unreadable' | 'key_file_exposed' | 'key_file_invalid';
  readonly file: string;
  /** Names the file, what is wrong with it and the remedy; holds nothing of the key. */
  readonly detail: string;
}

/** An error that names the file, never what is in it. */
export function keyFileError(code: KeyFileError['code'], file: string, problem: string): KeyFileError {
  return { code, file, detail: `${file}: ${problem}` };
}

/** Rights that nobody but owner and group may have: orchestrators hand secrets to a group, read-only. */
const EXPOSED = 0o027;

/** The text of a key file that others can neither read nor write. */
export function readSecretFile(file: string): string | KeyFileError {
  try {
    const { mode } = statSync(file);
    // Windows has no such bits: its mode says nothing about who may read.
    if (process.platform !== 'win32' && (mode & EXPOSED) !== 0) {
      const rights = (mode & 0o777).toString(8).padStart(4, '0');
      const problem = `mode ${rights} lets others at the key; run chmod 600 ${file}`;
      return keyFileError('key_file_exposed', file, problem);
    }
    return readFileSync(file, 'utf8');
  } catch (cause) {
    return unreadable(file, cause);
  }
}

/** The text of a key file that holds no secret. */
export function readPublicFile(file: string): string | KeyFileError {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    return unreadable(file, cause);
  }
}

function unreadable(file: string, cause: unknown): KeyFileError {
  const { code } = cause as NodeJS.ErrnoException;
  return keyFileError('key_file_unreadable', file, `can't be read (${code}); check path and rights`);
}
