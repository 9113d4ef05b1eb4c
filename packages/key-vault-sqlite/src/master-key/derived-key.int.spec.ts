import { createHmac } from 'node:crypto';
import { chmodSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { deriveInstallationKey } from '../index.ts';
import { vaultPlace } from '../testing/vault-place.ts';

const MASTER = Buffer.alloc(32, 7);
const masterKeyFile = () => {
  const { masterKeyFile: file } = vaultPlace();
  writeFileSync(file, MASTER.toString('base64'), { mode: 0o600 });
  return file;
};
const derived = (file: string, purpose: string): string => {
  const key = deriveInstallationKey(file, purpose);
  if ('code' in key) throw new Error(key.detail);
  return key.export().toString('hex');
};

it('a derived key is HKDF-SHA-256 of the master key, written out after RFC 5869 section 2', () => {
  const extracted = createHmac('sha256', Buffer.alloc(32)).update(MASTER).digest();
  const info = Buffer.from('countersign/permits');
  const expanded = createHmac('sha256', extracted)
    .update(info)
    .update(Buffer.from([1]))
    .digest('hex');
  expect(derived(masterKeyFile(), 'permits')).toBe(expanded);
});

it('a derived key is another one for another purpose', () => {
  const file = masterKeyFile();
  expect(derived(file, 'permits')).not.toBe(derived(file, 'argument-shapes'));
});

it('no key is derived from a master key that would be refused', () => {
  const file = masterKeyFile();
  chmodSync(file, 0o644);
  expect(deriveInstallationKey(file, 'permits')).toMatchObject({ code: 'master_key_exposed' });
});
