import { hash } from 'node:crypto';

/** What a signature covers of an intent: attributes of its CloudEvent, as their text stands in the headers. */
export interface SignedAttributes {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly time: string;
}

/** What the data contributes to the signature: the digest of its very bytes. */
export function dataHashOf(data: Uint8Array): string {
  return hash('sha256', data, 'base64url');
}

/**
 * The text whose UTF-8 bytes are signed: the RFC 8785 form of `{datahash, id, source, time, type}`. Of text
 * alone that form is what `JSON.stringify` writes, in the order of the names; text with a lone surrogate has none.
 */
export function signedText({ id, source, type, time }: SignedAttributes, dataHash: string): string {
  return JSON.stringify({ datahash: dataHash, id, source, time, type });
}

/** How a signature is written: the 64 bytes of Ed25519 in base64url, in their one spelling. */
export const SIGNATURE_PATTERN = /^[A-Za-z0-9_-]{85}[AQgw]$/;
