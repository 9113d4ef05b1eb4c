import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openSqliteKeyVault } from '../index.ts';
import { opened, vaultPlace } from '../testing/vault-place.ts';

const NAME = { organization: 'acme', subject: 'alice', month: '2026-11', retention: 'standard' };
const writeKey = (file: string, text: string, mode = 0o600) => {
  writeFileSync(file, text);
  chmodSync(file, mode);
};

describe('the master key file', () => {
  it('is made for a new vault: one line of base64, for its owner only', async () => {
    const place = vaultPlace();
    await opened(place).close();
    const text = readFileSync(place.masterKeyFile, 'utf8');
    expect(text).toMatch(/^[A-Za-z0-9+/]{43}=\n$/);
    expect(statSync(place.masterKeyFile).mode & 0o777).toBe(0o600);
    expect(statSync(place.file).mode & 0o777).toBe(0o600);
  });

  it('may be brought along, with or without a line end', async () => {
    for (const end of ['', '\n', '\r\n']) {
      const place = { ...vaultPlace(), createMasterKey: false };
      writeKey(place.masterKeyFile, `${randomBytes(32).toString('base64')}${end}`, 0o400);
      await opened(place).close();
      await opened(place).close();
    }
  });

  it('is not made at a place that somebody named', () => {
    const place = { ...vaultPlace(), createMasterKey: false };
    expect(openSqliteKeyVault(place)).toMatchObject({
      code: 'master_key_missing',
      file: place.masterKeyFile,
      detail: expect.stringMatching(/master\.key.*openssl rand -base64 32/),
    });
    expect(existsSync(place.masterKeyFile)).toBe(false);
    // Nothing is left of a vault that was not made.
    expect(existsSync(place.file)).toBe(false);
  });

  it('is never made anew for a vault that has one', async () => {
    const place = vaultPlace();
    await opened(place).close();
    rmSync(place.masterKeyFile);
    expect(openSqliteKeyVault(place)).toMatchObject({
      code: 'master_key_missing',
      detail: expect.stringMatching(/master\.key.*backup/),
    });
    expect(existsSync(place.masterKeyFile)).toBe(false);
  });

  it('that is left half-written is not taken for one', async () => {
    const place = vaultPlace();
    writeKey(`${place.masterKeyFile}.new`, 'c2hvcnQ=');
    const vault = opened(place);
    const key = await vault.key(NAME);
    await vault.close();
    const again = opened(place);
    expect(await again.key(NAME)).toEqual(key);
    await again.close();
  });

  it.each([
    ['is empty', ''],
    ['has 31 bytes', randomBytes(31).toString('base64')],
    ['has 33 bytes', randomBytes(33).toString('base64')],
    ['is hexadecimal', randomBytes(32).toString('hex')],
    ['has white space inside', `${randomBytes(32).toString('base64').slice(0, 20)}\n${'A'.repeat(24)}`],
    ['has a second line', `${randomBytes(32).toString('base64')}\nmore`],
  ])('is refused when it %s', (_what, text) => {
    const place = vaultPlace();
    writeKey(place.masterKeyFile, text);
    const refused = openSqliteKeyVault(place);
    expect(refused).toMatchObject({
      code: 'master_key_invalid',
      file: place.masterKeyFile,
      detail: expect.stringMatching(/master\.key.*32 random bytes in base64/),
    });
    expect(readFileSync(place.masterKeyFile, 'utf8')).toBe(text);
    expect(existsSync(place.file)).toBe(false);
  });

  it.each([0o640, 0o604, 0o620, 0o611, 0o666])('is refused with mode %o', (mode) => {
    const place = vaultPlace();
    writeKey(place.masterKeyFile, randomBytes(32).toString('base64'), mode);
    expect(openSqliteKeyVault(place)).toMatchObject({
      code: 'master_key_exposed',
      detail: expect.stringContaining(`chmod 600 ${place.masterKeyFile}`),
    });
  });

  it('is refused when it is a directory', () => {
    const place = vaultPlace();
    mkdirSync(place.masterKeyFile, { mode: 0o700 });
    expect(openSqliteKeyVault(place)).toMatchObject({
      code: 'master_key_unreadable',
      detail: expect.stringContaining(place.masterKeyFile),
    });
  });

  it('is refused when it belongs to another vault, and the vault opens with the right one', async () => {
    const [place, other] = [vaultPlace(), vaultPlace()];
    const vault = opened(place);
    const key = await vault.key(NAME);
    await vault.close();
    await opened(other).close();
    expect(openSqliteKeyVault({ ...place, masterKeyFile: other.masterKeyFile })).toMatchObject({
      code: 'master_key_mismatch',
      file: other.masterKeyFile,
      detail: expect.stringContaining(place.file),
    });
    const again = opened(place);
    expect(await again.key(NAME)).toEqual(key);
    await again.close();
  });
});
