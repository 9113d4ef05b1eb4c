import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A directory for one spec. */
export function newDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'views-'));
}

/** Ends what `newDirectory` began. */
export function removeDirectory(directory: string): void {
  rmSync(directory, { recursive: true });
}
