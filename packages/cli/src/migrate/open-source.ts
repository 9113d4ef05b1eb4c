import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  isBackupError,
  isOpenError,
  ledgerFile,
  openSqliteEventStore,
  restoreBackup,
  type SqliteEventStore,
} from '@countersign/event-store-sqlite';
import { EXIT } from '../exit-code.ts';
import { failBackup } from '../ledger/backup-failure.ts';
import { refuse } from './migration-error.ts';

interface Source {
  readonly store: SqliteEventStore;
  close(): Promise<void>;
}

/**
 * The ledger that is copied: a data directory, whose lock says that nothing writes to it, or a backup, which is read in a copy
 * of its own.
 */
export async function openSource(path: string): Promise<Source> {
  const kind = statSync(path, { throwIfNoEntry: false });
  if (kind?.isDirectory()) {
    if (!statSync(ledgerFile(path), { throwIfNoEntry: false })) noLedger(path);
    const store = await openLedger(path);
    return { store, close: () => store.close() };
  }
  if (!kind) noLedger(path);
  const stage = mkdtempSync(join(tmpdir(), 'countersign-migrate-'));
  const remove = () => rmSync(stage, { recursive: true, force: true });
  try {
    const directory = join(stage, 'data');
    const restored = await restoreBackup(path, directory);
    if (isBackupError(restored)) failBackup(restored);
    const store = await openLedger(directory);
    return { store, close: () => store.close().finally(remove) };
  } catch (error) {
    remove();
    throw error;
  }
}

async function openLedger(directory: string): Promise<SqliteEventStore> {
  const store = await openSqliteEventStore({ directory });
  return isOpenError(store)
    ? refuse('ledger_in_use', `${store.directory}: ${store.detail}`, store.remedy)
    : store;
}

function noLedger(path: string): never {
  return refuse(
    'no_ledger',
    `there is no ledger in ${path}`,
    'name the data directory of a stopped installation, or a backup',
    EXIT.usage,
  );
}
