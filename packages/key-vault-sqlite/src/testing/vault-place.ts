import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openSqliteKeyVault, type SqliteKeyVault } from '../index.ts';
import { type OpenVault, openVault, type VaultFiles } from '../open-vault.ts';

/** A new directory for a vault and its master key; it is gone when the test that asks for it is over. */
export function vaultPlace(): VaultFiles & { readonly directory: string } {
  const directory = mkdtempSync(join(tmpdir(), 'countersign-vault-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return {
    directory,
    file: join(directory, 'vault.sqlite'),
    masterKeyFile: join(directory, 'master.key'),
    createMasterKey: true,
  };
}

/** Throws where it can't be opened. */
export function opened(files: VaultFiles): SqliteKeyVault {
  const vault = openSqliteKeyVault(files);
  if ('code' in vault) throw new Error(vault.detail);
  return vault;
}

/** The open files themselves, for tests that look at or break what lies under a vault. */
export function openedFiles(files: VaultFiles): OpenVault {
  const open = openVault(files);
  if ('code' in open) throw new Error(open.detail);
  return open;
}

/** Every byte of every file in a directory. */
export function bytesIn(directory: string): Buffer {
  return Buffer.concat(readdirSync(directory).map((name) => readFileSync(join(directory, name))));
}
