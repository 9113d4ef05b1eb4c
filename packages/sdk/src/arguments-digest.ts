import { base64url } from './base64url.ts';
import { canonicalJson } from './json/canonical-json.ts';
import type { JsonObject } from './json/json-value.ts';

/**
 * What approvals, permits and the audit log bind to: the digest of the RFC 9901 disclosure
 * `[salt, "arguments", value]`, with `value` in RFC 8785 form. An executor compares it with the `arguments_digest`
 * of a call or an approval, to know that it holds the very arguments that were decided on.
 *
 * @param salt `arguments_salt` of the answer to the announcement, as it was given (base64url).
 * @returns base64url(SHA-256(ascii(base64url(disclosure)))), 43 characters.
 * @throws RangeError if the arguments have no RFC 8785 form; rejects where there is no WebCrypto (a page that is
 * not a secure context).
 */
export async function argumentsDigest(args: JsonObject, salt: string): Promise<string> {
  const text = new TextEncoder();
  const disclosure = base64url(text.encode(canonicalJson([salt, 'arguments', args])));
  return base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', text.encode(disclosure))));
}
