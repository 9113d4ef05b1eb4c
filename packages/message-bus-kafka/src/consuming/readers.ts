import type { KeyObject } from 'node:crypto';
import type { BusRecord, Message } from '@countersign/message-bus';
import { decodeRecord } from '../cloud-event/decode.ts';
import { isProven } from '../cloud-event/proof.ts';
import type { Read } from './consume-group.ts';
import type { Delivered } from './outstanding.ts';

/**
 * Reads the topics of organizations: CloudEvents of Countersign, of the wanted types. Nothing of a record is believed, not even
 * that it may be passed over, before it is known that a process of the cluster wrote it.
 */
export function readMessages(
  proofKey: KeyObject,
  types: readonly string[] | undefined,
): (delivered: Delivered) => Read<Message> {
  const wanted = types && new Set(types);
  const wants = (type: string) => !wanted || wanted.has(type);
  return ({ topic, record }) => {
    if (!isProven(proofKey, topic, record)) return UNPROVEN;
    const decoded = decodeRecord(topic, record, wants);
    if (decoded.kind !== 'message') return decoded;
    return { kind: 'item', item: decoded.message, position: decoded.message.position };
  };
}

const UNPROVEN = {
  kind: 'undecodable',
  code: 'unproven',
  detail: 'no process of this cluster has proven that it wrote the record, as it is and on this topic',
} as const;

/** Hands records on as they are. They have no place in the ledger. */
export function readRecords({ record, ...place }: Delivered): Read<BusRecord> {
  const headers = (record.headers ?? {}) as BusRecord['headers'];
  return { kind: 'item', position: 0, item: { ...place, key: record.key, value: record.value, headers } };
}
