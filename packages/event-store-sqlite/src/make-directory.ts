import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a directory for its owner alone, with the ones above it; one that is there stays as it is. Level by level,
 * because Node's own way of making several never ends where the file system says that there is nothing (`/proc`).
 * @throws what the file system says
 */
export function makeDirectory(directory: string): void {
  const made = tryToMake(directory);
  if (made === null) return;
  const above = dirname(directory);
  if (above === directory) throw made;
  makeDirectory(above);
  const failure = tryToMake(directory);
  if (failure !== null) throw failure;
}

/** Null when it is there, or the error where the one above is missing. @throws any other error */
function tryToMake(directory: string): Error | null {
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return cause as Error;
    if (code !== 'EEXIST') throw cause;
  }
  return null;
}
