import { closeSync, fsyncSync, openSync } from 'node:fs';

/** Makes the names in a directory durable: fsync of a file alone doesn't keep its name. */
export function syncDirectory(directory: string): void {
  // Windows can't open directories; its file systems journal names by themselves.
  if (process.platform === 'win32') return;
  const descriptor = openSync(directory, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
