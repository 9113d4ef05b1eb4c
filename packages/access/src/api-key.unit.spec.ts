import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashSecret, isSecretOf, makeApiKey, readApiKey, SECRET_BYTES } from './api-key.ts';

const random = fc.uint8Array({ minLength: SECRET_BYTES, maxLength: SECRET_BYTES });
const KEY = makeApiKey('019a5b0e-7c1a-7d3e-9f00-2b6c1d4e8a11', new Uint8Array(SECRET_BYTES).fill(0xff)).text;

describe('a key', () => {
  it('is written as the contract says', () => {
    expect(KEY).toBe('cs_019a5b0e-7c1a-7d3e-9f00-2b6c1d4e8a11___________________________________________8');
  });

  it('is read as it was written', () => {
    fc.assert(
      fc.property(fc.uuid(), random, (id, bytes) => {
        const secret = Buffer.from(bytes).toString('base64url');
        const { text, ...made } = makeApiKey(id, bytes);
        expect(made).toEqual({ id, secret });
        expect(readApiKey(text)).toEqual(made);
      }),
    );
  });

  it.each([
    ['nothing', ''],
    ['another prefix', KEY.replace('cs_', 'sk_')],
    ['no secret', 'cs_019a5b0e-7c1a-7d3e-9f00-2b6c1d4e8a11_'],
    ['a short secret', KEY.slice(0, -1)],
    ['a long secret', `${KEY}A`],
    ['a line break at the end', `${KEY}\n`],
    ['a key with more around it', ` ${KEY}`],
    ['an invitation', KEY.replace('cs_', 'csi_')],
    ['a permit', 'csp_019a5b0e-7c1a-7d3e-9f00-2b6c1d4e8a11.abc'],
  ])('is not read from %s', (_name, text) => {
    expect(readApiKey(text)).toBeNull();
  });

  it('is never made of an id with which it could not be read', () => {
    for (const id of ['', 'olga', '019A5B0E-7C1A-7D3E-9F00-2B6C1D4E8A11'])
      expect(() => makeApiKey(id, new Uint8Array(SECRET_BYTES))).toThrow(RangeError);
  });

  it('is never made of too little randomness', () => {
    expect(() => makeApiKey('019a5b0e-7c1a-7d3e-9f00-2b6c1d4e8a11', new Uint8Array(31))).toThrow(RangeError);
  });
});

describe('a stored hash', () => {
  it('is the SHA-256 of the secret', () => {
    expect(hashSecret('abc')).toBe('ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0');
  });

  it('fits its own secret and no other', () => {
    fc.assert(
      fc.property(random, random, (one, other) => {
        const [mine, theirs] = [one, other].map((bytes) => Buffer.from(bytes).toString('base64url')) as [
          string,
          string,
        ];
        expect(isSecretOf(mine, hashSecret(mine))).toBe(true);
        expect(isSecretOf(theirs, hashSecret(mine))).toBe(mine === theirs);
      }),
    );
  });

  it('takes one secret only, though two last letters decode to the same bytes', () => {
    const secret = readApiKey(KEY)?.secret ?? '';
    const alias = `${secret.slice(0, -1)}9`;
    expect(Buffer.from(alias, 'base64url')).toEqual(Buffer.from(secret, 'base64url'));
    expect(isSecretOf(alias, hashSecret(secret))).toBe(false);
  });

  it.each(['', 'x', 'ü'.repeat(43)])('that is damaged fits nothing: %s', (stored) => {
    expect(isSecretOf(readApiKey(KEY)?.secret ?? '', stored)).toBe(false);
  });
});
