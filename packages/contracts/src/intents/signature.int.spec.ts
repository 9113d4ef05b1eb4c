import { createPublicKey, verify } from 'node:crypto';
import canonicalize from 'canonicalize';
import { expect, it } from 'vitest';
import { readSchemaFile } from '../testing/fixtures.ts';
import { dataHashOf, SIGNATURE_PATTERN, type SignedAttributes, signedText } from './signature.ts';

interface Vector {
  readonly name: string;
  readonly attributes: SignedAttributes;
  readonly data: string;
  readonly signature: string;
}

const { private_key, valid, invalid } = readSchemaFile('fixtures/intents/signatures.json') as unknown as {
  readonly private_key: { readonly kty: string; readonly crv: string; readonly x: string };
  readonly valid: readonly (Vector & { readonly datahash: string; readonly signed: string })[];
  readonly invalid: readonly Vector[];
};

const { kty, crv, x } = private_key;
const publicKey = createPublicKey({ key: { kty, crv, x }, format: 'jwk' });

function holds({ attributes, data, signature }: Vector): boolean {
  const text = signedText(attributes, dataHashOf(Buffer.from(data)));
  return verify(null, Buffer.from(text), publicKey, Buffer.from(signature, 'base64url'));
}

it.each(valid)('$name: the text that is signed is the RFC 8785 form, and the signature holds', (vector) => {
  const { attributes, data, datahash, signed, signature } = vector;
  expect(dataHashOf(Buffer.from(data))).toBe(datahash);
  expect(signedText(attributes, datahash)).toBe(signed);
  expect(canonicalize({ ...attributes, datahash })).toBe(signed);
  expect(signature).toMatch(SIGNATURE_PATTERN);
  expect(holds(vector)).toBe(true);
});

it.each(invalid)('$name: the signature does not hold', (vector) => {
  expect(holds(vector)).toBe(false);
});
