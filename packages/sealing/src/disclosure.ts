import { isUtf8 } from 'node:buffer';
import { hash } from 'node:crypto';
import type { Disclosure, JsonValue } from '@countersign/event-sourcing';
import canonicalize from 'canonicalize';

/** A disclosure read back: what `[salt, name, value]` says. */
export interface OpenedDisclosure {
  readonly salt: string;
  readonly name: string;
  readonly value: JsonValue;
}

/** The text is not the base64url of `[salt, name, value]`. */
export interface DisclosureMalformed {
  readonly code: 'disclosure_malformed';
  readonly detail: string;
}

/**
 * One erasable field as an RFC 9901 section 4.2 disclosure; `value` stands in its RFC 8785 form, so that equal values
 * under equal salts have equal digests in any language.
 * @param salt 16 random bytes in base64url, made at the edge (`createDiscloser`). Whoever has value and salt can
 * recompute the digest; without the salt the value can't be guessed from it.
 * @throws RangeError if `value` has no RFC 8785 form (`undefined`, NaN, a lone surrogate): the boundary lets none in.
 */
export function disclose(name: string, value: JsonValue, salt: string): Disclosure {
  const encoded = Buffer.from(`[${canonical(salt)},${canonical(name)},${canonical(value)}]`).toString(
    'base64url',
  );
  return { name, encoded, digest: digestOf(encoded) };
}

/** base64url(SHA-256(ascii(encoded))): RFC 9901 section 4.2.3 with `_sd_alg` sha-256. */
export function digestOf(encoded: string): string {
  return hash('sha256', encoded, 'base64url');
}

/** Whether a disclosure is the one that the digest commits to. */
export function verifyDisclosure(encoded: string, digest: string): boolean {
  return digestOf(encoded) === digest;
}

/** Reads a disclosure of any RFC 9901 producer: white space and member order inside the JSON are free. */
export function openDisclosure(encoded: string): OpenedDisclosure | DisclosureMalformed {
  const bytes = Buffer.from(encoded, 'base64url');
  // Node skips what isn't base64url; the round trip refuses it, and a second spelling of the same bytes with it.
  if (bytes.toString('base64url') !== encoded) return malformed('it is not base64url');
  if (!isUtf8(bytes)) return malformed('its bytes are not UTF-8');
  let parts: unknown;
  try {
    parts = JSON.parse(bytes.toString('utf8'));
  } catch {
    return malformed('it holds no JSON');
  }
  if (!Array.isArray(parts) || parts.length !== 3) return malformed('it is not [salt, name, value]');
  const [salt, name, value] = parts as [unknown, unknown, JsonValue];
  if (typeof salt !== 'string' || typeof name !== 'string') return malformed('salt and name are not texts');
  return { salt, name, value };
}

/**
 * What `arguments_digest` is: the digest of the disclosure named `arguments`. An executor that has
 * the arguments and `arguments_salt` compares this with the digest its permit is bound to.
 */
export function argumentsDigest(salt: string, args: JsonValue): string {
  return disclose('arguments', args, salt).digest;
}

function canonical(value: JsonValue): string {
  let text: string | undefined;
  try {
    text = canonicalize(value);
  } catch (cause) {
    throw new RangeError('a disclosed value has no RFC 8785 form', { cause });
  }
  if (text === undefined) throw new RangeError('a disclosed value is not JSON');
  return text;
}

// No part of the text goes into the message: it may be personal.
function malformed(problem: string): DisclosureMalformed {
  return { code: 'disclosure_malformed', detail: `the disclosure can't be read: ${problem}` };
}
