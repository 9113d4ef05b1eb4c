import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openSqliteKeyVault } from '@countersign/key-vault-sqlite';
import { type TemporaryDirectory, temporaryDirectory } from '@countersign/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { json } from '../testing/installation.ts';
import { runHere } from '../testing/terminal.ts';

let directory: TemporaryDirectory;
beforeEach(async () => {
  directory = await temporaryDirectory();
  return () => directory[Symbol.asyncDispose]();
});

const NAMES = ['cluster.key', 'master.key', 'owner.key', 'principal.key', 'principal.pub'];
const at = (...names: string[]) => join(directory.path, ...names);
const init = (...words: string[]) => runHere(['cluster', 'init', ...words]);

describe('cluster init', () => {
  it('makes keys that open, sign and check, for their owner’s eyes only', async () => {
    const made = await init(at('new', 'keys'), '--json');
    expect(made.code).toBe(0);
    expect((await stat(at('new', 'keys'))).mode & 0o777).toBe(0o700);
    for (const name of NAMES) expect((await stat(at('new', 'keys', name))).mode & 0o777).toBe(0o600);
    expect(json<{ files: { file: string }[] }>(made).files.map(({ file }) => file)).toEqual(
      NAMES.map((name) => at('new', 'keys', name)),
    );

    const text = (name: string) => readFile(at('new', 'keys', name), 'utf8');
    expect(await text('cluster.key')).toMatch(/^[A-Za-z0-9_-]{43}\n$/);
    const data = Buffer.from('who asks');
    const signature = sign(null, data, createPrivateKey(await text('principal.key')));
    expect(verify(null, data, createPublicKey(await text('principal.pub')), signature)).toBe(true);
    const vault = openSqliteKeyVault({
      file: at('keys.sqlite'),
      masterKeyFile: at('new', 'keys', 'master.key'),
      createMasterKey: false,
    });
    if ('code' in vault) throw new Error(vault.detail);
    await vault.close();
  });

  it('says what each is for, and shows none of them', async () => {
    const made = await init(at('keys'));
    expect(made.stdout).toContain('audit-projector only');
    for (const name of NAMES) {
      const secret = (await readFile(at('keys', name), 'utf8')).split('\n').find((line) => line.length > 30)!;
      expect(made.stdout + made.stderr).not.toContain(secret);
    }
  });

  it('writes over nothing, and then makes nothing', async () => {
    await mkdir(at('keys'));
    await writeFile(at('keys', 'master.key'), 'the old one\n');
    const refused = await init(at('keys'), '--json');
    expect(refused).toMatchObject({ code: 7, stdout: '' });
    expect(JSON.parse(refused.stderr).error).toMatchObject({ code: 'keys_exist', exit_code: 7 });
    expect(await readdir(at('keys'))).toEqual(['master.key']);
    expect(await readFile(at('keys', 'master.key'), 'utf8')).toBe('the old one\n');
  });

  it('makes new keys each time', async () => {
    await init(at('one'));
    await init(at('two'));
    for (const name of NAMES)
      expect(await readFile(at('one', name), 'utf8')).not.toBe(await readFile(at('two', name), 'utf8'));
  });

  it('names a directory that can not be made', async () => {
    await writeFile(at('file'), '');
    expect(await init(at('file', 'keys'))).toMatchObject({ code: 2, stdout: '' });
  });
});
