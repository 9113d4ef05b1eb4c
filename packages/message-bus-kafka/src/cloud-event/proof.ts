import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { IHeaders } from 'kafkajs';
import type { OutgoingRecord } from '../sending/outgoing-record.ts';
import type { RecordContent } from './decode.ts';

/** Whose records are believed: who has the key has written them. */
export interface Proving {
  /** 32 bytes that all processes of the cluster have, and nobody else who reaches Kafka. */
  readonly proofKey: KeyObject;
}

/** No attribute of the event: what is said of the record as a whole. */
export const PROOF_HEADER = 'countersign-proof';

type Given = OutgoingRecord | (RecordContent & { readonly topic: string });
type Bytes = string | Uint8Array | null;

/** The record with the proof that a process of the cluster wrote it, so and on this topic. */
export function withProof(key: KeyObject, record: OutgoingRecord): OutgoingRecord {
  return { ...record, headers: { ...record.headers, [PROOF_HEADER]: proofOf(key, record) } };
}

/** Whether a process of the cluster wrote the record, with this key, value and headers and on this topic. */
export function isProven(key: KeyObject, topic: string, record: RecordContent): boolean {
  const given = record.headers?.[PROOF_HEADER];
  if (given === undefined || given === null || Array.isArray(given)) return false;
  const right = Buffer.from(proofOf(key, { ...record, topic }));
  const bytes = Buffer.from(given);
  return bytes.length === right.length && timingSafeEqual(bytes, right);
}

/**
 * HMAC-SHA256 over topic, key, value and every header but itself, sorted by name, since brokers and clients owe no order to
 * headers. In front stands how long each is, so that nothing can be moved from one to its neighbour.
 */
function proofOf(key: KeyObject, record: Given): string {
  const parts: Bytes[] = [record.topic, record.key, record.value];
  const headers: IHeaders = record.headers ?? {};
  for (const name of Object.keys(headers).sort())
    if (name !== PROOF_HEADER) for (const one of [headers[name] ?? null].flat()) parts.push(name, one);
  const lengths = `${parts.map((part) => (part === null ? '-' : Buffer.byteLength(part))).join(' ')}\n`;
  const bytes = [lengths, ...parts].map((part) => (typeof part === 'string' ? Buffer.from(part) : part));
  return createHmac('sha256', key)
    .update(Buffer.concat(bytes.filter((part) => part !== null)))
    .digest('base64url');
}
