import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const DATA_KEY_BYTES = 32;

/** Nonce, ciphertext and tag of one wrapped 32-byte key. */
export const WRAPPED_BYTES = NONCE_BYTES + DATA_KEY_BYTES + TAG_BYTES;

/** Wraps a data key by the master key. `id` is bound in: a wrapped key opens under no other id. */
export function wrapKey(master: KeyObject, id: string, bytes: Uint8Array): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, master, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(id));
  const body = cipher.update(bytes);
  cipher.final();
  return Buffer.concat([nonce, body, cipher.getAuthTag()]);
}

/** The data key, or `null` if this isn't what that master key wrapped under that id. */
export function unwrapKey(master: KeyObject, id: string, wrapped: Uint8Array): Uint8Array | null {
  if (wrapped.length !== WRAPPED_BYTES) return null;
  const decipher = createDecipheriv(CIPHER, master, wrapped.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(Buffer.from(id));
  decipher.setAuthTag(wrapped.subarray(-TAG_BYTES));
  const body = decipher.update(wrapped.subarray(NONCE_BYTES, -TAG_BYTES));
  try {
    decipher.final();
  } catch {
    return null;
  }
  // A copy with memory of its own: sending a view to another thread sends all that lies under it.
  return new Uint8Array(body);
}
