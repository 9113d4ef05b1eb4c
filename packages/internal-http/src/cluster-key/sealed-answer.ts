import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { ClusterKey } from './cluster-key.ts';
import type { ProvenRequest } from './proof.ts';

const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Seals the answer to one request: nobody on the way reads it, makes one up, or gives it to another request. */
export function sealAnswer(key: ClusterKey, nonce: Buffer, request: ProvenRequest, answer: Buffer): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, key.sealing(nonce), iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(boundTo(request));
  const body = cipher.update(answer);
  cipher.final();
  return Buffer.concat([iv, body, cipher.getAuthTag()]);
}

/** The answer, or null if it is not what was sealed for this request. */
export function openAnswer(
  key: ClusterKey,
  nonce: Buffer,
  request: ProvenRequest,
  sealed: Buffer,
): Buffer | null {
  if (sealed.length < IV_BYTES + TAG_BYTES) return null;
  const iv = sealed.subarray(0, IV_BYTES);
  const decipher = createDecipheriv(CIPHER, key.sealing(nonce), iv, { authTagLength: TAG_BYTES });
  decipher.setAAD(boundTo(request));
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  const body = decipher.update(sealed.subarray(IV_BYTES, -TAG_BYTES));
  try {
    decipher.final();
  } catch {
    return null;
  }
  return body;
}

function boundTo({ method, url }: ProvenRequest): Buffer {
  return Buffer.from(`${method}\n${url}`);
}
