import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteKeyVault, type SqliteKeyVault } from '@countersign/key-vault-sqlite';
import { EXIT } from '../exit-code.ts';
import { copyKeyVault, keyVaultFile, placeMasterKey } from '../ledger/key-vault-copy.ts';
import { differs, refuse } from './migration-error.ts';

/** Where the keys of the source are. */
export interface KeyFiles {
  readonly vault: string;
  readonly masterKey: string;
}

/** The keys that events name: as they are in both vaults. */
export interface KeyCounts {
  readonly live: number;
  readonly destroyed: number;
}

const MOST_PROBLEMS = 20;

/** Puts the key vault and its master key into a directory; what is there already from the same keys stays. */
export async function copyKeys({ vault, masterKey }: KeyFiles, directory: string): Promise<void> {
  if (!existsSync(masterKey))
    refuse('no_master_key', `there is no ${masterKey}`, 'name it with --master-key', EXIT.usage);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const placed = join(directory, 'master.key');
  if (!existsSync(placed)) placeMasterKey(masterKey, directory);
  else if (!readFileSync(placed).equals(readFileSync(masterKey)))
    refuse('keys_exist', `${placed} is another master key`, 'name a directory without keys');
  if (!existsSync(keyVaultFile(directory))) await copyKeyVault(vault, masterKey, keyVaultFile(directory));
}

/** Looks every key up that seals an event: the same bytes in both vaults, or destroyed in both. */
export async function compareKeys(
  { vault, masterKey }: KeyFiles,
  directory: string,
  named: ReadonlySet<string>,
): Promise<KeyCounts> {
  const stage = mkdtempSync(join(tmpdir(), 'countersign-migrate-'));
  const opened: SqliteKeyVault[] = [];
  const open = (file: string, masterKeyFile: string): SqliteKeyVault => {
    const one = openSqliteKeyVault({ file, masterKeyFile, createMasterKey: false });
    if ('code' in one) refuse(one.code, one.detail, 'stop what uses it, or mend what is named');
    opened.push(one);
    return one;
  };
  try {
    // The source is not opened: a backup stays as it is.
    await copyKeyVault(vault, masterKey, keyVaultFile(stage));
    const source = open(keyVaultFile(stage), masterKey);
    const copy = open(keyVaultFile(directory), join(directory, 'master.key'));
    return await compareVaults(source, copy, directory, named);
  } finally {
    for (const one of opened) await one.close();
    rmSync(stage, { recursive: true, force: true });
  }
}

async function compareVaults(
  source: SqliteKeyVault,
  copy: SqliteKeyVault,
  directory: string,
  named: ReadonlySet<string>,
): Promise<KeyCounts> {
  const problems: string[] = [];
  let live = 0;
  let destroyed = 0;
  for (const id of named) {
    const [there, here] = [await source.peek(id), await copy.peek(id)];
    if ('bytes' in there && 'bytes' in here && Buffer.from(there.bytes).equals(here.bytes)) live += 1;
    else if (isDestroyed(there) && isDestroyed(here)) destroyed += 1;
    else problems.push(`key ${id} seals an event and is not the same, or not known`);
  }
  if (problems.length === 0) return { live, destroyed };
  return differs(
    `${problems.length} keys of the ledger are not in ${directory} as they are in the source`,
    'delete keys.sqlite there and run the same again; a key that the source does not know was lost before',
    problems.slice(0, MOST_PROBLEMS),
  );
}

function isDestroyed(key: object): boolean {
  return 'missing' in key && key.missing === 'destroyed';
}
