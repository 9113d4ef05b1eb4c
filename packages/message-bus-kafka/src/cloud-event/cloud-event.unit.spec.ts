import { readFileSync } from 'node:fs';
import { publicEvents } from '@countersign/contracts';
import type { Message } from '@countersign/message-bus';
import fc from 'fast-check';
import type { IHeaders } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import type { OutgoingRecord } from '../sending/outgoing-record.ts';
import { PROOF_KEY } from '../testing/proof-key.ts';
import { sampleMessage } from '../testing/sample-message.ts';
import { decodeRecord, type RecordContent } from './decode.ts';
import { encodeMessage } from './encode.ts';
import { withProof } from './proof.ts';

const TOPIC = 'samples';
const ALL = () => true;

/** As the broker hands it out: bytes. */
function stored({ key, value, headers }: OutgoingRecord): RecordContent & { headers: IHeaders } {
  const bytes = (text: string | Buffer | null) => (text === null ? null : Buffer.from(text));
  const entries = Object.entries(headers).map(([name, one]) => [name, bytes(one as string)!]);
  return { key: bytes(key), value: bytes(value), headers: Object.fromEntries(entries) };
}

const full: Message = {
  ...sampleMessage(TOPIC, 3),
  correlation: 'call',
  causation: 'cause',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  data: { text: 'Grüße ✓', list: [1, { deep: null }] },
  sealed: { key: 'k', ciphertext: 'Y2lwaGVy', digests: { reason: 'd'.repeat(43) } },
};

describe('a message as a record', () => {
  it('is a CloudEvent in binary mode, keyed by its organization', () => {
    expect(encodeMessage(TOPIC, full)).toEqual({
      topic: TOPIC,
      key: 'acme',
      value: JSON.stringify(full.data),
      headers: {
        'content-type': 'application/json',
        ce_specversion: '1.0',
        ce_id: full.id,
        ce_source: '/countersign/samples',
        ce_type: 'sample.opened',
        ce_subject: 'sample-acme',
        ce_time: full.time,
        ce_dataschema: '/schemas/events/sample.opened.v1.json',
        ce_organization: 'acme',
        ce_sequence: '3',
        ce_position: '3',
        ce_partitionkey: 'acme',
        ce_correlationid: 'call',
        ce_causationid: 'cause',
        ce_traceparent: full.traceparent,
        ce_sealed: JSON.stringify(full.sealed),
      },
    });
  });

  it('has exactly the headers that the AsyncAPI document promises', () => {
    const file = new URL('../../../../schemas/asyncapi.json', import.meta.url);
    const { messages } = JSON.parse(readFileSync(file, 'utf8')).components;
    const ours = Object.keys(publicEvents).map((type) => messages[type]);
    const promised = new Set(JSON.stringify(ours).match(/"(ce_[a-z]+|content-type|countersign-proof)"/g));
    const written = Object.keys(withProof(PROOF_KEY, encodeMessage(TOPIC, full)).headers).map(
      (name) => `"${name}"`,
    );
    expect(new Set(written)).toEqual(promised);
  });

  it('comes back as it was', () => {
    expect(decodeRecord(TOPIC, stored(encodeMessage(TOPIC, full)), ALL)).toEqual({
      kind: 'message',
      message: full,
    });
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
        (data, sequence, position) => {
          const plain = JSON.parse(JSON.stringify(data));
          const message = { ...full, sequence, position, data: plain };
          const decoded = decodeRecord(TOPIC, stored(encodeMessage(TOPIC, message)), ALL);
          expect(decoded).toEqual({ kind: 'message', message });
        },
      ),
    );
  });

  it('is passed over, unread, when its type is not wanted', () => {
    const record = { ...stored(encodeMessage(TOPIC, full)), value: Buffer.from('no JSON') };
    expect(decodeRecord(TOPIC, record, (type) => type === 'other')).toEqual({
      kind: 'passed_over',
      position: 3,
    });
  });

  it('leaves unknown headers and attributes alone', () => {
    const record = stored(encodeMessage(TOPIC, full));
    const headers = {
      ...record.headers,
      ce_new: Buffer.from('x'),
      other: [Buffer.from('a'), Buffer.from('b')],
    };
    expect(decodeRecord(TOPIC, { ...record, headers }, ALL).kind).toBe('message');
  });

  const without = (name: string) => (record: { headers: IHeaders }) => void delete record.headers[name];
  const header = (name: string, value: string) => (record: { headers: IHeaders }) => {
    record.headers[name] = Buffer.from(value);
  };
  const value = (bytes: Buffer | null) => (record: { value: Buffer | null }) => {
    record.value = bytes;
  };
  type Change = (record: { key: Buffer | null; value: Buffer | null; headers: IHeaders }) => void;

  it.each<[string, string, Change]>([
    ['has no type', 'malformed_record', without('ce_type')],
    ['has no id', 'invalid_event', without('ce_id')],
    ['has no position', 'malformed_record', without('ce_position')],
    ['has a position beyond exact numbers', 'malformed_record', header('ce_position', '9007199254740993')],
    ['has a sequence with a sign', 'malformed_record', header('ce_sequence', '+3')],
    ['is at sequence 0', 'invalid_event', header('ce_sequence', '0')],
    ['is of another CloudEvents version', 'invalid_event', header('ce_specversion', '0.3')],
    ['comes from elsewhere', 'invalid_event', header('ce_source', '/somebody')],
    ['has another content type', 'malformed_record', header('content-type', 'text/plain')],
    ['has no content type', 'malformed_record', without('content-type')],
    ['has no value', 'malformed_record', value(null)],
    ['has a value that is no JSON', 'malformed_record', value(Buffer.from('{"n": 1'))],
    ['has a value that is no UTF-8', 'malformed_record', value(Buffer.from([0x22, 0xff, 0x22]))],
    ['has data that is no object', 'invalid_event', value(Buffer.from('[1]'))],
    ['has a sealed part that is no JSON', 'malformed_record', header('ce_sealed', 'secret')],
    ['has a sealed part of another shape', 'invalid_event', header('ce_sealed', '{"key": 1}')],
    [
      'has no key',
      'wrong_key',
      (record) => {
        record.key = null;
      },
    ],
    [
      'has the key of another organization',
      'wrong_key',
      (record) => {
        record.key = Buffer.from('bolt');
      },
    ],
    [
      'has a type twice',
      'malformed_record',
      (record) => {
        record.headers.ce_type = [Buffer.from('a.b'), Buffer.from('c.d')];
      },
    ],
  ])('is undecodable when it %s', (_, code, change) => {
    const record = stored(encodeMessage(TOPIC, full));
    change(record);
    expect(decodeRecord(TOPIC, record, ALL)).toMatchObject({ kind: 'undecodable', code });
  });

  it('is undecodable when it is a version of a known type that is not known', () => {
    const message = { ...full, type: 'agent.tool.called' };
    const record = stored(encodeMessage(TOPIC, message));
    record.headers.ce_dataschema = Buffer.from('/schemas/events/agent.tool.called.v99.json');
    expect(decodeRecord(TOPIC, record, ALL)).toMatchObject({ kind: 'undecodable', code: 'unknown_version' });
  });

  it('is undecodable when the data of a known type are not what the type promises, and says where', () => {
    const record = stored(encodeMessage(TOPIC, { ...full, type: 'agent.tool.called' }));
    expect(decodeRecord(TOPIC, record, ALL)).toMatchObject({
      kind: 'undecodable',
      code: 'invalid_event',
      detail: expect.stringContaining('/data/'),
    });
  });
});
