import { createHmac, hash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { ClusterKey } from './cluster-key.ts';

/** How far the time of a request may be from that of who gets it, in ms. */
export const PROOF_WINDOW_MS = 30_000;

const SCHEME = 'Countersign-Cluster';
const NONCE_BYTES = 16;
const FORMAT =
  /^Countersign-Cluster ([0-9]{13})\.([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{43})\.([A-Za-z0-9_-]{43})$/;

/** A request as its proof covers it. */
export interface ProvenRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
}

/** A proof that was checked: who sent it has the cluster's key. */
export interface Proof {
  /** Used once; the answer is sealed under it. */
  readonly nonce: Buffer;
  readonly digest: string;
}

/**
 * The `Authorization` header of a request between services: `Countersign-Cluster <time>.<nonce>.<digest>.<mac>`, the mac
 * over method, path and query, time in ms, nonce and SHA-256 of the body, each on a line of its own.
 */
export function prove(
  key: ClusterKey,
  request: ProvenRequest,
  body: Uint8Array,
  nowMs: number,
): { readonly authorization: string; readonly nonce: Buffer } {
  const nonce = randomBytes(NONCE_BYTES);
  const stated = [String(nowMs), nonce.toString('base64url'), digestOf(body)] as const;
  const mac = macOf(key, request, stated).toString('base64url');
  return { authorization: `${SCHEME} ${stated.join('.')}.${mac}`, nonce };
}

/** The proof in a header, or null for none that holds now. Whether the body is the one meant: `digestOf`. */
export function checkProof(
  key: ClusterKey,
  request: ProvenRequest,
  authorization: string | undefined,
  nowMs: number,
): Proof | null {
  const [, time, nonce, digest, mac] = FORMAT.exec(authorization ?? '') ?? [];
  if (time === undefined || nonce === undefined || digest === undefined || mac === undefined) return null;
  if (Math.abs(nowMs - Number(time)) > PROOF_WINDOW_MS) return null;
  if (!timingSafeEqual(macOf(key, request, [time, nonce, digest]), Buffer.from(mac, 'base64url')))
    return null;
  return { nonce: Buffer.from(nonce, 'base64url'), digest };
}

/** SHA-256 in base64url: what a proof says of a body. */
export function digestOf(body: Uint8Array): string {
  return hash('sha256', body, 'base64url');
}

function macOf(key: ClusterKey, { method, url }: ProvenRequest, stated: readonly string[]): Buffer {
  return createHmac('sha256', key.proving)
    .update([method, url, ...stated].join('\n'))
    .digest();
}
