import { copyFileSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { isWholeByItself } from './index.ts';
import { createSqliteKeyVault } from './sqlite-key-vault.ts';
import { bytesIn, opened, openedFiles, vaultPlace } from './testing/vault-place.ts';

const name = (index: number) => ({
  organization: 'acme',
  subject: `user-${index}`,
  month: '2026-11',
  retention: 'standard',
});
const many = (count: number) => Array.from({ length: count }, (_, index) => name(index));

describe('a backup of the vault', () => {
  it('opens with the same master key and has the same keys, live and destroyed', async () => {
    const [place, copy] = [vaultPlace(), vaultPlace()];
    const vault = opened(place);
    const keys = await Promise.all(many(50).map(vault.key));
    await vault.destroy({ organization: 'acme', subject: 'user-7' });
    expect(await vault.backup(copy.file)).toEqual({ file: copy.file });
    const listed = await vault.list({ organization: 'acme' });
    await vault.close();

    expect(statSync(copy.file).mode & 0o777).toBe(0o600);
    const restored = opened({ ...copy, masterKeyFile: place.masterKeyFile });
    expect(await restored.list({ organization: 'acme' })).toEqual(listed);
    for (const [index, key] of keys.entries()) {
      if (index !== 7) expect(await restored.key(name(index))).toEqual(key);
    }
    await restored.close();
  });

  it('is one file, whole by itself; what a running or a stopped vault has is not told from one that lacks its log', async () => {
    const [place, copy] = [vaultPlace(), vaultPlace()];
    const vault = opened(place);
    await vault.key(name(1));
    await vault.backup(copy.file);
    expect(readdirSync(copy.directory)).toEqual(['vault.sqlite']);
    expect([isWholeByItself(copy.file), isWholeByItself(place.file)]).toEqual([true, false]);
    const alone = join(copy.directory, 'alone');
    copyFileSync(place.file, alone);
    expect(isWholeByItself(alone)).toBe(false);
    await vault.close();
    expect(isWholeByItself(place.file)).toBe(false);
  });

  it('is made while the vault works: keys made meanwhile are in it, keys destroyed meanwhile are not', async () => {
    const [place, copy] = [vaultPlace(), vaultPlace()];
    const files = openedFiles(place);
    const vault = createSqliteKeyVault(files, place.file);
    await Promise.all(many(6000).map(vault.key));
    const wrapped = files.db
      .prepare<[string], Uint8Array>(
        'SELECT wrapped FROM wrapped_key JOIN data_key USING (slot) WHERE subject = ?',
      )
      .pluck();

    let isRunning = true;
    const running = vault.backup(copy.file).finally(() => {
      isRunning = false;
    });
    const made = await vault.key(name(9999));
    const gone: Buffer[] = [];
    for (let index = 0; isRunning; index += 1) {
      // From all over the file: some are copied already and have to be copied again.
      const { subject } = name((index * 997) % 6000);
      const secret = Buffer.from(wrapped.get(subject)!);
      await vault.destroy({ organization: 'acme', subject });
      gone.push(secret);
      await nextTurn();
    }
    expect(await running).toEqual({ file: copy.file });
    // The last one may have come after the copy was done.
    const bytes = bytesIn(copy.directory);
    expect(gone.length).toBeGreaterThan(2);
    expect(gone.slice(0, -1).filter((secret) => bytes.includes(secret))).toEqual([]);
    const restored = opened({ ...copy, masterKeyFile: place.masterKeyFile });
    expect(await restored.key(name(9999))).toEqual(made);
    await restored.close();
    await vault.close();
  });

  it('is finished before the vault closes', async () => {
    const [place, copy] = [vaultPlace(), vaultPlace()];
    const vault = opened(place);
    await Promise.all(many(3000).map(vault.key));
    const running = vault.backup(copy.file);
    await vault.close();
    expect(await running).toEqual({ file: copy.file });
    await opened({ ...copy, masterKeyFile: place.masterKeyFile }).close();
  });

  it('that fails under way leaves no half-written file', async () => {
    const [place, copy] = [vaultPlace(), vaultPlace()];
    const files = openedFiles(place);
    const vault = createSqliteKeyVault(files, place.file);
    files.db.close();
    expect(await vault.backup(copy.file)).toMatchObject({ code: 'backup_failed', file: copy.file });
    expect(existsSync(copy.file)).toBe(false);
  });

  it('is not written over a file or into a missing directory, and leaves the vault working', async () => {
    const place = vaultPlace();
    const vault = opened(place);
    const there = join(place.directory, 'there');
    writeFileSync(there, 'kept');
    expect(await vault.backup(there)).toMatchObject({
      code: 'backup_failed',
      file: there,
      detail: expect.stringMatching(/it exists; name a new file/),
    });
    expect(readFileSync(there, 'utf8')).toBe('kept');
    const missing = join(place.directory, 'missing', 'copy');
    expect(await vault.backup(missing)).toMatchObject({ code: 'backup_failed', file: missing });
    expect(await vault.key(name(1))).toHaveProperty('bytes');
    await vault.close();
    expect(await vault.backup(join(place.directory, 'late'))).toMatchObject({ reason: 'closed' });
  });
});
