import { z } from 'zod';

/** The paths of the calls. */
export const PATHS = {
  key: '/internal/v1/keys/key',
  peek: '/internal/v1/keys/peek',
  destroy: '/internal/v1/keys/destroy',
  list: '/internal/v1/keys/list',
  installationKey: '/internal/v1/installation-key',
} as const;

/** Longest part of a key's name; ids are shorter. */
const MAX_PART_CHARS = 1_000;
/** Longest id of a key: its name percent-encoded, and a generation. */
const MAX_ID_CHARS = 40_000;

const part = z.string().max(MAX_PART_CHARS);
const id = z.string().max(MAX_ID_CHARS);
/** 32 bytes in base64url, read into memory of their own: Node's small buffers share theirs. */
const bytes = z
  .string()
  .regex(/^[A-Za-z0-9_-]{43}$/)
  .transform((text) => new Uint8Array(Buffer.from(text, 'base64url')));

/** What a data key is asked for by. `month` is `yyyy-mm`. */
export const keyName = z.strictObject({ organization: part, subject: part, month: part, retention: part });
/** One key, by the id that sealed events name. */
export const keyId = z.strictObject({ id });
/** Which keys are destroyed or listed: those with every part that is given. */
export const selection = z.strictObject({
  organization: part,
  subject: part.optional(),
  month: part.optional(),
  retention: part.optional(),
  id: id.optional(),
});
/** A page of keys, behind an id. */
export const listing = z.strictObject({
  selection,
  after: id.optional(),
  limit: z.int().min(1).max(1_000).optional(),
});
/** What the installation derives from its master key, beside data keys. */
export const installationPurpose = z.enum(['permits', 'argument-shapes', 'access-handlers']);
/** Which key of the installation is asked for. */
export const purpose = z.strictObject({ purpose: installationPurpose });

const unavailable = z.strictObject({
  code: z.literal('vault_unavailable'),
  reason: z.enum(['closed', 'corrupt', 'failed', 'full', 'read_only', 'unreachable']),
  detail: z.string(),
});
const dataKey = z.strictObject({ id, bytes });
const missing = z.strictObject({ id, missing: z.enum(['destroyed', 'unknown']) });
const record = keyName.extend({ id, destroyed: z.boolean() });

/** The answers, by call. */
export const ANSWERS = {
  key: z.union([dataKey, unavailable]),
  peek: z.union([dataKey, missing, unavailable]),
  destroy: z.union([z.strictObject({ destroyed: z.array(id) }), unavailable]),
  list: z.union([z.strictObject({ keys: z.array(record), next: id.nullable() }), unavailable]),
  installationKey: z.strictObject({ bytes }),
} as const;

/** What an installation has one key for. */
export type InstallationPurpose = z.output<typeof installationPurpose>;

/** Bytes as the calls carry them. */
export function toWire(given: Uint8Array): string {
  return Buffer.from(given).toString('base64url');
}
