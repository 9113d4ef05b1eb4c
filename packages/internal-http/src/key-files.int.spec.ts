import { generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto';
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TemporaryDirectory, temporaryDirectory } from '@countersign/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { readClusterKey, readSigningKey, readVerifyingKey } from './index.ts';
import { newPrincipalKeys } from './testing/keys.ts';

let directory: TemporaryDirectory;
beforeEach(async () => {
  directory = await temporaryDirectory();
  return () => directory[Symbol.asyncDispose]();
});

/** A file of the test's directory. */
function file(text: string, mode = 0o600): string {
  const path = join(directory.path, 'key');
  rmSync(path, { force: true });
  writeFileSync(path, text, { mode });
  return path;
}
const pem = { type: 'pkcs8', format: 'pem' } as const;
const publicPem = { type: 'spki', format: 'pem' } as const;

describe('the files of a cluster’s keys', () => {
  it('are read as they were made', () => {
    const { privateKey, publicKey } = newPrincipalKeys();
    const signing = readSigningKey(file(privateKey.export(pem) as string));
    const verifying = readVerifyingKey(file(publicKey.export(publicPem) as string));
    if ('code' in signing || 'code' in verifying) throw new Error('not read');
    const data = Buffer.from('who asks');
    expect(verify(null, data, verifying, sign(null, data, signing))).toBe(true);
    const text = `${randomBytes(32).toString('base64url')}\n`;
    expect(readClusterKey(file(text))).toHaveProperty('proving');
    expect(readClusterKey(file(text))).toMatchObject({ proving: expect.any(Buffer) });
  });

  it.each<[string, string, (file: string) => object]>([
    ['a cluster key that is too short', randomBytes(31).toString('base64url'), readClusterKey],
    ['a cluster key in another alphabet', `${'+'.repeat(43)}`, readClusterKey],
    ['no key at all', 'hello', readSigningKey],
    ['the other half', newPrincipalKeys().publicKey.export(publicPem) as string, readSigningKey],
    ['the private half', newPrincipalKeys().privateKey.export(pem) as string, readVerifyingKey],
    [
      'a key of another kind',
      generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export(pem) as string,
      readSigningKey,
    ],
  ])('that hold %s are refused, and not shown', (_name, text, read) => {
    const path = file(text);
    const refused = read(path);
    expect(refused).toMatchObject({ code: 'key_file_invalid', file: path });
    expect(JSON.stringify(refused)).not.toContain(text.slice(0, 20));
  });

  it('that others may read or change are refused, with the remedy', () => {
    for (const mode of [0o604, 0o620]) {
      const path = file(randomBytes(32).toString('base64url'));
      chmodSync(path, mode);
      expect(readClusterKey(path)).toMatchObject({
        code: 'key_file_exposed',
        detail: expect.stringContaining(`chmod 600 ${path}`),
      });
    }
  });

  it('may be handed to a group, as orchestrators do, and the public one to anybody', () => {
    const path = file(randomBytes(32).toString('base64url'));
    chmodSync(path, 0o440);
    expect(readClusterKey(path)).toHaveProperty('proving');
    const shown = file(newPrincipalKeys().publicKey.export(publicPem) as string);
    chmodSync(shown, 0o644);
    expect(readVerifyingKey(shown)).toHaveProperty('asymmetricKeyType', 'ed25519');
  });

  it('that are not there are named', () => {
    const path = join(directory.path, 'missing');
    for (const read of [readClusterKey, readSigningKey, readVerifyingKey])
      expect(read(path)).toMatchObject({
        code: 'key_file_unreadable',
        detail: expect.stringContaining('ENOENT'),
      });
  });
});
