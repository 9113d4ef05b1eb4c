import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createDiscloser, createSealer, isSealingFailed } from '@countersign/sealing';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openSqliteKeyVault } from './index.ts';
import { createSqliteKeyVault } from './sqlite-key-vault.ts';
import { opened, openedFiles, vaultPlace } from './testing/vault-place.ts';

const NAME = { organization: 'acme', subject: 'alice', month: '2026-11', retention: 'standard' };
const subject = (index: number) => ({ ...NAME, subject: `user-${index}` });

describe('a vault that cannot be opened', () => {
  it('because it is open already, says so and leaves the owner alone', async () => {
    const place = vaultPlace();
    const owner = opened(place);
    expect(openSqliteKeyVault(place)).toMatchObject({
      code: 'vault_in_use',
      file: place.file,
      detail: expect.stringMatching(/vault\.sqlite.*another process.*stop it/),
    });
    expect(await owner.key(NAME)).toHaveProperty('bytes');
    await owner.close();
    await opened(place).close();
  });

  it('because its file is no database, says that it is damaged', () => {
    const place = vaultPlace();
    writeFileSync(place.file, 'this was a vault once. '.repeat(500));
    expect(openSqliteKeyVault(place)).toMatchObject({
      code: 'vault_corrupt',
      file: place.file,
      detail: expect.stringMatching(/restore it from its backup/),
    });
  });

  it('because pages are damaged, says so at the opening and not at the first key', async () => {
    const place = vaultPlace();
    const vault = opened(place);
    await Promise.all(Array.from({ length: 500 }, (_, index) => vault.key(subject(index))));
    await vault.close();
    const bytes = readFileSync(place.file);
    bytes.fill(0x5a, 6 * 4096, 9 * 4096);
    writeFileSync(place.file, bytes);
    expect(openSqliteKeyVault(place)).toMatchObject({ code: 'vault_corrupt' });
  });

  it('because it is another database, says so and does not touch it', () => {
    const place = vaultPlace();
    const db = new Database(place.file);
    db.exec('CREATE TABLE event (id TEXT)');
    db.close();
    const before = readFileSync(place.file);
    expect(openSqliteKeyVault(place)).toMatchObject({
      code: 'vault_unusable',
      detail: expect.stringMatching(/no key vault/),
    });
    expect(readFileSync(place.file)).toEqual(before);
  });

  it('because a newer version wrote it, says so', async () => {
    const place = vaultPlace();
    await opened(place).close();
    const db = new Database(place.file);
    db.pragma('user_version = 2');
    db.close();
    expect(openSqliteKeyVault(place)).toMatchObject({
      code: 'vault_unusable',
      detail: expect.stringMatching(/newer version/),
    });
  });

  it('because there is no directory, says so', () => {
    const place = vaultPlace();
    const file = join(place.directory, 'missing', 'vault.sqlite');
    expect(openSqliteKeyVault({ ...place, file })).toMatchObject({ code: 'vault_unusable', file });
  });
});

describe('a vault that cannot write', () => {
  it.each([
    ['full', 'max_page_count = 1', 'max_page_count = 1000000', /free disk space/],
    ['read_only', 'query_only = ON', 'query_only = OFF', /rights and mount options/],
  ])(
    'is %s: gives the keys it has, makes none, and goes on when that is mended',
    async (reason, cause, cure, remedy) => {
      const place = vaultPlace();
      const files = openedFiles(place);
      const vault = createSqliteKeyVault(files, place.file);
      const key = await vault.key(NAME);
      files.db.pragma(cause);
      const broken = await Promise.all(Array.from({ length: 300 }, (_, index) => vault.key(subject(index))));
      for (const answer of broken) {
        expect(answer).toMatchObject({
          code: 'vault_unavailable',
          reason,
          detail: expect.stringMatching(remedy),
        });
      }
      expect('id' in key && (await vault.peek(key.id))).toEqual(key);
      expect(await vault.list({ organization: 'acme' })).toMatchObject({ keys: [{ subject: 'alice' }] });
      files.db.pragma(cure);
      expect(await vault.key(subject(1))).toHaveProperty('bytes');
      await vault.close();
    },
  );

  it('makes sealing fail closed, except under keys that are held', async () => {
    const place = vaultPlace();
    const files = openedFiles(place);
    const vault = createSqliteKeyVault(files, place.file);
    const sealer = createSealer({ vault });
    const discloser = createDiscloser();
    const seal = async (whose: string) =>
      sealer.seal(
        'toolcall-1',
        [
          {
            type: 'tool-requested.v1',
            data: {},
            personal: { subject: whose, retention: 'standard', disclosures: [discloser('reason', 'r')] },
          },
        ],
        { organization: 'acme', time: '2026-11-21T09:00:00.000Z', eventId: () => 'event-1' },
      );
    await seal('alice');
    files.db.pragma('query_only = ON');
    const failure = await seal('bob').catch((cause: unknown) => cause);
    expect(isSealingFailed(failure)).toBe(true);
    expect(failure).toMatchObject({ code: 'vault_unavailable', reason: 'read_only' });
    expect(await seal('alice')).toHaveLength(1);
    await vault.close();
  });
});

describe('a vault whose rows were changed', () => {
  it('gives no key whose wrapping was put under another id, and says damaged, not erased', async () => {
    const place = vaultPlace();
    const files = openedFiles(place);
    const vault = createSqliteKeyVault(files, place.file);
    const [first, second, third] = await Promise.all([1, 2, 3].map((index) => vault.key(subject(index))));
    files.db.exec(
      `UPDATE wrapped_key SET wrapped = (SELECT wrapped FROM wrapped_key WHERE slot = 2) WHERE slot = 1`,
    );
    const ids = [first, second, third].map((key) => (key && 'id' in key ? key.id : ''));
    expect(await vault.peek(ids[0]!)).toMatchObject({ code: 'vault_unavailable', reason: 'corrupt' });
    expect(await vault.key(subject(1))).toMatchObject({ code: 'vault_unavailable', reason: 'corrupt' });
    expect(await vault.peek(ids[1]!)).toEqual(second);
    expect(await vault.peek(ids[2]!)).toEqual(third);
    await vault.close();
  });
});

describe('a process that is killed', () => {
  it('loses no key that it was given, and its vault can be opened at once', async () => {
    const place = vaultPlace();
    const script = `
      const { openSqliteKeyVault } = await import(${JSON.stringify(new URL('./index.ts', import.meta.url).href)});
      const vault = openSqliteKeyVault(${JSON.stringify(place)});
      const key = await vault.key(${JSON.stringify(NAME)});
      console.log(JSON.stringify({ id: key.id, bytes: [...key.bytes] }));
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const given = JSON.parse(line.toString()) as { id: string; bytes: number[] };
    expect(openSqliteKeyVault(place)).toMatchObject({ code: 'vault_in_use' });

    child.kill('SIGKILL');
    await once(child, 'exit');
    const vault = opened(place);
    const key = await vault.peek(given.id);
    expect(key).toEqual({ id: given.id, bytes: Uint8Array.from(given.bytes) });
    await vault.close();
  });

  it('was on disk with every key: commits are synced in full and deletes overwrite', async () => {
    const { db } = openedFiles(vaultPlace());
    expect(db.pragma('synchronous', { simple: true })).toBe(2);
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(db.pragma('secure_delete', { simple: true })).toBe(1);
    db.close();
  });
});
