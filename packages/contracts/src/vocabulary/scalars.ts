import { z } from 'zod';
import { MAX_CURSOR_CHARS, MAX_ID_CHARS, MAX_POINTER_CHARS, MAX_SCORE, MAX_STREAM_CHARS } from '../limits.ts';

/** What an id that people choose looks like. */
export const ID_PATTERN = /^[a-z0-9][a-z0-9._-]{0,62}$/;

/** An id that people choose: of an agent, a user, a policy, an organization, a session; also a tool's name. */
export const id = z
  .string()
  .regex(
    ID_PATTERN,
    `must be 1 to ${MAX_ID_CHARS} characters out of a-z, 0-9, ".", "_" and "-", and begin with a letter or a digit`,
  );

/** An id that Countersign mints: a UUID of version 7 or 8, lower case. */
export const uuid = z
  .string()
  .regex(
    /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    'must be a UUID in lower case, such as 019a5b0e-7c1a-7d3e-9f00-2b6c1d4e8a11',
  );

/** A moment as Countersign writes it: RFC 3339, UTC, milliseconds. */
export const timestamp = z.iso.datetime({
  precision: 3,
  error: 'must be an RFC 3339 UTC time with milliseconds, such as 2026-11-21T09:05:00.000Z',
});

const NO_UTC_TIME = 'must be an RFC 3339 UTC time that exists, such as 2026-11-21T09:05:00Z';

/** A moment as a caller may write it: RFC 3339 in UTC, as `Z` or as an offset of nothing, any precision; read as milliseconds. */
export const givenTime = z.iso
  .datetime({ offset: true, abort: true, error: NO_UTC_TIME })
  .regex(/(Z|[+-]00:00)$/, NO_UTC_TIME)
  .transform((text) => new Date(text).toISOString());

/** Base64url of a SHA-256, without padding: arguments, tool definitions and keys are named by it. */
export const digest = z
  .string()
  .regex(/^[A-Za-z0-9_-]{43}$/, 'must be the base64url SHA-256 that Countersign gave: 43 characters');

/** SHA-256 of the canonical JSON of a policy or a policy set, in hex. */
export const policyDigest = z
  .string()
  .regex(/^sha256:[0-9a-f]{64}$/, 'must be the digest that Countersign gave: sha256: and 64 hex digits');

/** A place in the ledger: opaque, comparable by length, then text. */
export const position = z
  .string()
  .min(1)
  .max(MAX_CURSOR_CHARS)
  .regex(/^[A-Za-z0-9._:-]+$/, 'must be a position exactly as Countersign gave it');

/** A stream's name, `<category>-<id>`; the subject of its events. */
export const stream = z
  .string()
  .max(MAX_STREAM_CHARS)
  .regex(
    /^[a-z]+-[a-z0-9][a-z0-9._:-]*$/,
    'must be a stream name such as toolcall-019a5b0e-7c1a-7d3e-9f00-2b6c1d4e8a11',
  );

/** An RFC 6901 JSON pointer; the empty string is the whole document. */
export const jsonPointer = z
  .string()
  .max(MAX_POINTER_CHARS)
  .regex(/^(\/([^~/]|~[01])*)*$/, 'must be a JSON pointer such as /path or /items/0/name');

/** A code: stable, for programs. */
export const code = z.string().regex(/^[a-z][a-z0-9_]{0,62}$/, 'must be a code such as over_quota');

/** A count of things, 0 or more. */
export const count = z.int().min(0);

/** Money in millionths of the organization's currency. */
export const micros = z.int().min(0);

/** A duration in milliseconds. */
export const milliseconds = z.int().min(0);

/** A score in thousandths: 0 lowest, 1000 highest. */
export const score = z.int().min(0).max(MAX_SCORE);

/** A share or probability between 0 and 1, published as the seeds' 0-1 number. */
export const ratio = z.number().min(0).max(1);
