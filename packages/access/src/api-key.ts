import { hash, timingSafeEqual } from 'node:crypto';

/** Random bytes of a key: 256 bits can't be guessed, so a plain hash is enough to store. */
export const SECRET_BYTES = 32;

/** A key as its holder sends it, in its two parts. */
export interface ApiKey {
  /** Names the key: in lists, in logs, in the ledger. */
  readonly id: string;
  /** Proves it; shown once and stored nowhere. */
  readonly secret: string;
}

/** A key just made: its text is for its holder, and nobody else ever sees it. */
export interface MadeKey extends ApiKey {
  readonly text: string;
}

/** What a text of this form is for: a key, or an invitation, which is accepted once. */
type Prefix = 'cs' | 'csi';

const FORM = /^(csi?)_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})_([A-Za-z0-9_-]{43})$/;

/**
 * Makes a key, `cs_<id>_<secret>`, out of an id (a UUID) and 32 random bytes, both given by the edge.
 * @throws RangeError if there are fewer or more bytes, or the id is no UUID: a key that is weaker, or that can't be read, must
 * not come into being.
 */
export function makeApiKey(id: string, random: Uint8Array): MadeKey {
  return make('cs', id, random);
}

/** Reads a key; null if the text is none. */
export function readApiKey(text: string): ApiKey | null {
  return read('cs', text);
}

/** The same for what an invitation is accepted with, `csi_<id>_<secret>`. */
export function makeInvitationToken(id: string, random: Uint8Array): MadeKey {
  return make('csi', id, random);
}

/** Reads an invitation's token; null if the text is none. */
export function readInvitationToken(text: string): ApiKey | null {
  return read('csi', text);
}

function make(prefix: Prefix, id: string, random: Uint8Array): MadeKey {
  if (random.length !== SECRET_BYTES) throw new RangeError(`a key needs ${SECRET_BYTES} random bytes`);
  const text = `${prefix}_${id}_${Buffer.from(random).toString('base64url')}`;
  const made = read(prefix, text);
  if (!made) throw new RangeError('a key needs a UUID');
  return { text, ...made };
}

function read(prefix: Prefix, text: string): ApiKey | null {
  const [, found, id, secret] = FORM.exec(text) ?? [];
  return found !== prefix || id === undefined || secret === undefined ? null : { id, secret };
}

/** What is stored of a key: base64url of the SHA-256 of its secret. */
export function hashSecret(secret: string): string {
  return hash('sha256', secret, 'base64url');
}

/** Whether a secret belongs to a stored hash; its time says nothing about how much of it is right. */
export function isSecretOf(secret: string, storedHash: string): boolean {
  const given = Buffer.from(hashSecret(secret));
  const stored = Buffer.from(storedHash);
  return given.length === stored.length && timingSafeEqual(given, stored);
}
