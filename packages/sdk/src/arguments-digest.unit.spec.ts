import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { argumentsDigest } from './arguments-digest.ts';
import type { JsonObject } from './json/json-value.ts';

/** Contract section 5, by other means than the client's. */
function reference(args: unknown, salt: string): string {
  const disclosure = Buffer.from(canonicalize([salt, 'arguments', args]) ?? '').toString('base64url');
  return createHash('sha256').update(disclosure, 'ascii').digest('base64url');
}

describe('argumentsDigest', () => {
  it('is the digest of the RFC 9901 disclosure named arguments', async () => {
    const salts = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes));
    const objects = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ stringUnit: 'binary' }));
    await fc.assert(
      fc.asyncProperty(objects, salts, async (args, bytes) => {
        const salt = bytes.toString('base64url');
        expect(await argumentsDigest(args as JsonObject, salt)).toBe(reference(args, salt));
      }),
    );
  });

  it('does not change: digests are recorded for ever', async () => {
    expect(await argumentsDigest({ path: '/tmp/ä', size: 1.5, deep: [null] }, 'AAAAAAAAAAAAAAAAAAAAAA')).toBe(
      'LET_p7aLb_vJ-Lr8kHUv85cnA138mDncik9ItIRTDBU',
    );
  });

  it('is the same for the same value written otherwise, and another for another value or salt', async () => {
    const digest = await argumentsDigest({ a: 1, b: [2] }, 'salt');
    expect(await argumentsDigest({ b: [2.0], a: 1 }, 'salt')).toBe(digest);
    expect(await argumentsDigest({ a: 1, b: [3] }, 'salt')).not.toBe(digest);
    expect(await argumentsDigest({ a: 1, b: [2] }, 'other')).not.toBe(digest);
  });

  it('rejects what has no canonical form', async () => {
    await expect(argumentsDigest({ text: '\ud800' }, 'salt')).rejects.toThrow(RangeError);
  });
});
