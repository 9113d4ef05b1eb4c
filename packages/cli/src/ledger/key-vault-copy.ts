import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { isWholeByItself, openSqliteKeyVault } from '@countersign/key-vault-sqlite';
import { fail } from '../cli-error.ts';
import { EXIT } from '../exit-code.ts';

/** Keys are made rarely and the log is folded into the file still more rarely: the first attempt does nearly always. */
const ATTEMPTS = 50;

/** The file of the key vault in a data directory. */
export function keyVaultFile(dataDirectory: string): string {
  return join(dataDirectory, 'keys.sqlite');
}

/**
 * Copies a key vault, also while an installation has it, and verifies the copy with its master key. The installation
 * holds the vault's lock for as long as it runs, so that SQLite can't copy it from here: the files are read as they are,
 * and opened as after a crash.
 */
export async function copyKeyVault(vault: string, masterKeyFile: string, target: string): Promise<void> {
  if (!existsSync(vault))
    unusable(`there is no key vault ${vault}`, 'name the data directory with --data-dir');
  const stage = mkdtempSync(join(dirname(resolve(target)), '.countersign-keys-'));
  try {
    const staged = keyVaultFile(stage);
    writeConsistentCopy(vault, staged);
    const copy = openVerified(staged, vault, masterKeyFile);
    const written = await copy.backup(target);
    await copy.close();
    if ('code' in written) unusable(written.detail, 'name a new file on a disk with space');
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

/** Whether a copy is a backup and opens with its master key: before anything is restored. The copy itself is left as it is. */
export async function checkKeyVault(copy: string, masterKeyFile: string): Promise<void> {
  if (!existsSync(copy)) unusable(`there is no key vault ${copy}`, 'name an existing backup of a key vault');
  if (!isWholeByItself(copy)) {
    fail({
      exitCode: EXIT.usage,
      code: 'key_vault_not_backup',
      detail: `${copy} is a data directory's key vault and not a backup, or a backup of an earlier version, which looks the same: keys that stand in its write-ahead log only may be missing`,
      remedy:
        'run `countersign backup <file> --data-dir <directory> --keys <file>` and name these files; a backup of an earlier version that is all you have: restore without --keys, and put it there as keys.sqlite yourself, with its master.key',
    });
  }
  const stage = mkdtempSync(join(tmpdir(), 'countersign-keys-'));
  try {
    const staged = keyVaultFile(stage);
    writePrivately(staged, readFileSync(copy));
    await openVerified(staged, copy, masterKeyFile).close();
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

/** Puts a checked copy and its master key into a data directory. */
export function placeKeyVault(copy: string, masterKeyFile: string, dataDirectory: string): void {
  placeMasterKey(masterKeyFile, dataDirectory);
  writePrivately(keyVaultFile(dataDirectory), readFileSync(copy));
}

/** Puts a master key into a data directory that has none. */
export function placeMasterKey(masterKeyFile: string, dataDirectory: string): void {
  writePrivately(join(dataDirectory, 'master.key'), readFileSync(masterKeyFile));
}

/** @param name what the operator calls the vault that the staged file is a copy of */
function openVerified(file: string, name: string, masterKeyFile: string) {
  const vault = openSqliteKeyVault({ file, masterKeyFile, createMasterKey: false });
  return 'code' in vault
    ? unusable(vault.detail.replaceAll(file, name), 'name its master key with --master-key')
    : vault;
}

/**
 * File and write-ahead log fit together if the file did not change while the log was read, and the log only grew: then
 * no checkpoint came between them. A commit that is cut at the log's end is ignored, as after a crash.
 */
function writeConsistentCopy(vault: string, target: string): void {
  const log = `${vault}-wal`;
  const readLog = (): Buffer => (existsSync(log) ? readFileSync(log) : Buffer.alloc(0));
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const file = readFileSync(vault);
    const commits = readLog();
    const grew = readLog().subarray(0, commits.length).equals(commits);
    if (!grew || !readFileSync(vault).equals(file)) continue;
    writePrivately(target, file);
    if (commits.length > 0) writePrivately(`${target}-wal`, commits);
    return;
  }
  unusable(`${vault} changes too fast to be copied`, 'try again, or stop the installation first');
}

function writePrivately(file: string, bytes: Buffer): void {
  writeFileSync(file, bytes, { mode: 0o600, flag: 'wx' });
}

function unusable(detail: string, remedy: string): never {
  return fail({ exitCode: EXIT.conflict, code: 'key_vault_unusable', detail, remedy });
}
