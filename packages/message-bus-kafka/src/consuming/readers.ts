import type { BusRecord, Message } from '@countersign/message-bus';
import { decodeRecord } from '../cloud-event/decode.ts';
import type { Read } from './consume-group.ts';
import type { Delivered } from './outstanding.ts';

/** Reads the topics of organizations: CloudEvents of Countersign, of the wanted types. */
export function readMessages(types: readonly string[] | undefined): (delivered: Delivered) => Read<Message> {
  const wanted = types && new Set(types);
  const wants = (type: string) => !wanted || wanted.has(type);
  return ({ topic, record }) => {
    const decoded = decodeRecord(topic, record, wants);
    if (decoded.kind !== 'message') return decoded;
    return { kind: 'item', item: decoded.message, position: decoded.message.position };
  };
}

/** Hands records on as they are. They have no place in the ledger. */
export function readRecords({ record, ...place }: Delivered): Read<BusRecord> {
  const headers = (record.headers ?? {}) as BusRecord['headers'];
  return { kind: 'item', position: 0, item: { ...place, key: record.key, value: record.value, headers } };
}
