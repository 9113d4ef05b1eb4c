import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
/** 96 bit: the length for which GCM is specified without hashing the nonce (NIST SP 800-38D section 8.2). */
export const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** RFC 9901 section 4 joins disclosures with it; it can't occur in base64url. */
const SEPARATOR = '~';

/** Where a ciphertext belongs: it opens nowhere else. */
export interface Place {
  readonly stream: string;
  readonly eventId: string;
}

/** base64url(nonce, AES-256-GCM ciphertext of the disclosures joined by `~`, tag). `nonce`: 12 fresh random bytes. */
export function encryptDisclosures(
  secret: KeyObject,
  nonce: Uint8Array,
  place: Place,
  encoded: readonly string[],
): string {
  const cipher = createCipheriv(CIPHER, secret, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(additionalData(place));
  const body = cipher.update(encoded.join(SEPARATOR), 'latin1');
  cipher.final();
  return Buffer.concat([nonce, body, cipher.getAuthTag()]).toString('base64url');
}

/** The disclosures of a ciphertext, or `null` if one bit of it, its key or its place isn't what was sealed. */
export function decryptDisclosures(
  secret: KeyObject,
  place: Place,
  ciphertext: string,
): readonly string[] | null {
  const bytes = Buffer.from(ciphertext, 'base64url');
  if (bytes.length < NONCE_BYTES + TAG_BYTES || bytes.toString('base64url') !== ciphertext) return null;
  const decipher = createDecipheriv(CIPHER, secret, bytes.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(additionalData(place));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    const text = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'latin1');
    return `${text}${decipher.final('latin1')}`.split(SEPARATOR);
  } catch {
    return null;
  }
}

/** `<stream>|<event id>`. An event id holds no `|`, so no two places make the same bytes. */
function additionalData({ stream, eventId }: Place): Buffer {
  return Buffer.from(`${stream}|${eventId}`);
}
