import { z } from 'zod';

const KNOWN = 'kty, crv, x, kid, use, alg, key_ops, ext';

/** 32 bytes as base64url writes them: of the last character only four bits count, so there is one spelling. */
const KEY_BYTES = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;

/**
 * The public half of an Ed25519 key as a JWK (RFC 8037). What libraries add to it is taken and not kept; a private part
 * is refused by its name, because a key that came along here is no secret any more.
 */
export const ed25519PublicKey = z
  .strictObject(
    {
      kty: z.literal('OKP'),
      crv: z.literal('Ed25519'),
      x: z.string().regex(KEY_BYTES, 'must be the 32 bytes of an Ed25519 public key, in base64url'),
      kid: z.string().optional(),
      use: z.literal('sig').optional(),
      alg: z.enum(['EdDSA', 'Ed25519']).optional(),
      key_ops: z.array(z.literal('verify')).optional(),
      ext: z.boolean().optional(),
    },
    {
      error: (issue) => {
        if (issue.code !== 'unrecognized_keys') return undefined;
        return issue.keys?.includes('d')
          ? 'is the private part of a key: register the public part alone, of a new key, for this one has been shown'
          : `is not a known field; known here: ${KNOWN}`;
      },
    },
  )
  .meta({ id: 'Ed25519PublicKey' });

/** The members that make a public key what it is (RFC 7638), and no others. */
export const signingKeyMembers = z
  .strictObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string().regex(KEY_BYTES) })
  .meta({ id: 'SigningPublicKey' });
