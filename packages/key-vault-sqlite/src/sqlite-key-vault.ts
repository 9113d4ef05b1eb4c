import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { DEFAULT_LISTED_KEYS, type KeyVault, type VaultUnavailable } from '@countersign/sealing';
import { createAttempts } from './file/attempts.ts';
import { type BackupFailed, backupTo } from './file/backup.ts';
import { createKeys, type UnreadableKey } from './file/keys.ts';
import { cutLog } from './file/open-file.ts';
import { damaged, inUse } from './file/sqlite-failure.ts';
import { createKeyRequests } from './key-requests.ts';
import type { OpenVaultError } from './open-error.ts';
import { type OpenVault, openVault, type VaultFiles } from './open-vault.ts';

/** A vault in a file of its own. */
export interface SqliteKeyVault extends KeyVault {
  /**
   * Writes a consistent copy of the vault while it runs. Keep it apart from the ledger's backups and no longer than your
   * erasure promise: whoever has the copy and the master key can still read what is erased here.
   */
  backup(file: string): Promise<{ readonly file: string } | BackupFailed | VaultUnavailable>;
}

/** Keys destroyed in one transaction: about 10 ms, in which nothing else runs. */
const DESTROYED_AT_ONCE = 1000;
/**
 * How often the log is tried to be cut, and how long between, in ms: SQLite waits for nobody who copies the log at the same
 * time, as every process does now and then.
 */
const CUT_ATTEMPTS = 100;
const CUT_EVERY_MS = 10;

/**
 * Opens the vault. Unless it is `shared`, alone: a second opening is refused, in this process or another, until this one is
 * closed.
 */
export function openSqliteKeyVault(files: VaultFiles): SqliteKeyVault | OpenVaultError {
  const opened = openVault(files);
  return 'code' in opened ? opened : createSqliteKeyVault(opened, files.file);
}

/** The vault on files that are open; `file` is named in errors. */
export function createSqliteKeyVault({ db, master }: OpenVault, file: string): SqliteKeyVault {
  const keys = createKeys(db, master);
  const attempts = createAttempts(file);
  const listeners: ((ids: readonly string[]) => void)[] = [];
  const backups = new Set<Promise<unknown>>();

  const readable = <Key extends object>(key: Key | UnreadableKey): Key | VaultUnavailable =>
    'unreadable' in key ? damaged(file) : key;

  return {
    key: createKeyRequests((names) => attempts.run(() => keys.give(names).map(readable))),
    peek: async (id) => attempts.run(() => readable(keys.find(id))),

    async destroy(selection) {
      const destroyed: string[] = [];
      for (;;) {
        const ids = attempts.run(() => keys.destroy(selection, DESTROYED_AT_ONCE));
        if ('code' in ids) return ids;
        if (ids.length > 0) for (const listener of listeners) listener(ids);
        destroyed.push(...ids);
        if (ids.length < DESTROYED_AT_ONCE) break;
        await nextTurn();
      }
      for (let attempt = 1; attempt <= CUT_ATTEMPTS; attempt += 1) {
        const cut = attempts.run(() => cutLog(db));
        if (cut !== false) return cut === true ? { destroyed } : cut;
        await delay(CUT_EVERY_MS);
      }
      return inUse(file);
    },

    list: async (selection, { after = '', limit = DEFAULT_LISTED_KEYS } = {}) =>
      attempts.run(() => keys.list(selection, after, limit)),
    onDestroyed: (listener) => void listeners.push(listener),

    async backup(target) {
      const started = attempts.run(() => backupTo(db, target));
      if (!(started instanceof Promise)) return started;
      backups.add(started);
      return started.finally(() => backups.delete(started));
    },

    async close() {
      attempts.end();
      await Promise.all(backups);
      db.close();
    },
  };
}
