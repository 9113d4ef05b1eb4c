import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isOpenError } from '../open-error.ts';
import type { SqliteEventStoreOptions } from '../options.ts';
import { openSqliteEventStore, type SqliteEventStore } from '../sqlite-event-store.ts';

// The threads of many tests share what Node has stripped and compiled.
process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), 'node-compile-cache');

/** An empty directory; remove it when the spec is over. */
export function newDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'ledger-'));
}

/** Opens a ledger that must open. */
export async function openLedger(options: SqliteEventStoreOptions): Promise<SqliteEventStore> {
  const opened = await openSqliteEventStore(options);
  if (isOpenError(opened)) throw new Error(`${opened.code}: ${opened.detail}`);
  return opened;
}

/** Ends what `newDirectory` began. */
export function removeDirectory(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
}
