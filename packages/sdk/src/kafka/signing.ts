import { base64url } from '../base64url.ts';
import { canonicalJson } from '../json/canonical-json.ts';
import type { JsonValue } from '../json/json-value.ts';
import { CountersignError, localProblem } from '../problem.ts';
import type { PrivateKeyJwk } from './options.ts';

/** What is signed of an intent, beside its data. */
export interface IntentAttributes {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly time: string;
}

/** An intent as it is written: what the signature covers is the bytes of this text in UTF-8. */
export interface SignedIntent {
  readonly value: string;
  /** base64url, for the header `ce_signature`. */
  readonly signature: string;
}

/** Signs the attributes and a digest of the data. Rejects with CountersignError where the key is none. */
type Sign = (attributes: IntentAttributes, data: JsonValue) => Promise<SignedIntent>;

type SigningKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

const ALGORITHM = 'Ed25519';

/** Signs intents as Countersign verifies them, with WebCrypto. The key is in no property of anything. */
export function createSign(privateKey: PrivateKeyJwk | string): Sign {
  let imported: Promise<SigningKey> | undefined;
  return async (attributes, data) => {
    imported ??= importKey(privateKey);
    const key = await imported;
    const text = new TextEncoder();
    const value = JSON.stringify(data);
    const digest = await crypto.subtle.digest('SHA-256', text.encode(value));
    const datahash = base64url(new Uint8Array(digest));
    const { id, source, type, time } = attributes;
    const signed = text.encode(canonicalJson({ id, source, type, time, datahash }));
    const signature = await crypto.subtle.sign(ALGORITHM, key, signed);
    return { value, signature: base64url(new Uint8Array(signature)) };
  };
}

async function importKey(key: PrivateKeyJwk | string): Promise<SigningKey> {
  try {
    if (typeof key === 'string')
      return await crypto.subtle.importKey('pkcs8', bytesOfPem(key), ALGORITHM, false, ['sign']);
    const { kty = '', crv = '', x = '', d = '' } = key;
    return await crypto.subtle.importKey('jwk', { kty, crv, x, d }, ALGORITHM, false, ['sign']);
  } catch {
    // What went wrong may show the key.
    throw new CountersignError(
      localProblem('invalid_request', 'the private key is no Ed25519 key, or WebCrypto here knows none'),
    );
  }
}

function bytesOfPem(pem: string): Uint8Array<ArrayBuffer> {
  const base64 = pem.replaceAll(/-----[A-Z ]+-----|\s/g, '');
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
