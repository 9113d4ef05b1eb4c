import type { KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import { failureToOpen, isEmpty, openFile } from './file/open-file.ts';
import { createSchema } from './file/schema.ts';
import { makeMasterKey, readMasterKey } from './master-key/master-key-file.ts';
import { unwrapKey, wrapKey } from './master-key/wrapping.ts';
import { type OpenVaultError, openError } from './open-error.ts';

/** Where the vault and its master key lie. */
export interface VaultFiles {
  /** The vault's SQLite file; made if absent. Keep it and its backups apart from the ledger's. */
  readonly file: string;
  readonly masterKeyFile: string;
  /**
   * Whether a new vault may get a new master key: yes at the default place in the data directory, no for a file that
   * somebody named, which has to exist. A vault with content never gets one.
   */
  readonly createMasterKey: boolean;
  /**
   * Whether other processes of this machine may have it open as well: several instances of the service that has the vault.
   * The master key has to exist then. Default: no.
   */
  readonly shared?: boolean;
}

/** An open file and the key that its keys are wrapped with. */
export interface OpenVault {
  readonly db: Database;
  readonly master: KeyObject;
}

/** What is wrapped at the beginning, to tell the right master key from a wrong one. */
const CHECK_NAME = 'master-key-check';
const CHECK_BYTES = Buffer.alloc(32);

/** Opens or makes a vault with its master key; all or nothing: without a master key no file is made. */
export function openVault(files: VaultFiles): OpenVault | OpenVaultError {
  const brought = masterKeyAt(files);
  if (brought !== null && 'code' in brought) return brought;
  const opened = openFile(files.file, files.shared ?? false);
  if ('code' in opened) return opened;
  const { db, isNew } = opened;
  try {
    // Made under the vault's lock alone: of two that are made at once, one is lost.
    const master = brought ?? (isNew ? makeMasterKey : readMasterKey)(files.masterKeyFile);
    if (!('code' in master)) {
      if (isNew) initialize(db, master);
      if (isRightKey(db, master)) return { db, master };
    }
    db.close();
    return 'code' in master ? master : mismatch(files);
  } catch (cause) {
    db.close();
    return failureToOpen(files.file, cause);
  }
}

/** The master key that is there; null where one may be made if the vault turns out to be new. */
function masterKeyAt({ masterKeyFile, createMasterKey, shared }: VaultFiles) {
  return createMasterKey && !shared && !existsSync(masterKeyFile) ? null : readMasterKey(masterKeyFile);
}

function initialize(db: Database, master: KeyObject): void {
  db.transaction(() => {
    // Another process may have been first.
    if (!isEmpty(db)) return;
    createSchema(db);
    db.prepare('INSERT INTO installation (name, value) VALUES (?, ?)').run(
      CHECK_NAME,
      wrapKey(master, CHECK_NAME, CHECK_BYTES),
    );
  }).immediate();
}

function isRightKey(db: Database, master: KeyObject): boolean {
  const row = db
    .prepare<[string], { value: Uint8Array }>('SELECT value FROM installation WHERE name = ?')
    .get(CHECK_NAME);
  return row !== undefined && unwrapKey(master, CHECK_NAME, row.value) !== null;
}

function mismatch({ file, masterKeyFile }: VaultFiles): OpenVaultError {
  return openError(
    'master_key_mismatch',
    masterKeyFile,
    `this is not the master key of ${file}; put the one there that the vault was made with`,
  );
}
