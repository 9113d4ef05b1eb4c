import { createSecretKey } from 'node:crypto';
import fc from 'fast-check';
import type { IHeaders } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import type { OutgoingRecord } from '../sending/outgoing-record.ts';
import { PROOF_KEY } from '../testing/proof-key.ts';
import { sampleMessage } from '../testing/sample-message.ts';
import { encodeMessage } from './encode.ts';
import { isProven, PROOF_HEADER, withProof } from './proof.ts';

const text = fc.string({ maxLength: 4 });
const bytes = fc.oneof(text, fc.uint8Array({ maxLength: 4 }));
const name = fc.string({ minLength: 1, maxLength: 3 }).filter((one) => one !== '__proto__');
const record: fc.Arbitrary<OutgoingRecord> = fc.record({
  topic: text,
  key: fc.option(bytes.map((one) => Buffer.from(one))),
  value: fc.option(bytes.map((one) => Buffer.from(one))),
  headers: fc.dictionary(
    name,
    fc.oneof(
      bytes.map((one) => Buffer.from(one)),
      fc.array(
        bytes.map((one) => Buffer.from(one)),
        { minLength: 2, maxLength: 3 },
      ),
    ),
    { maxKeys: 4 },
  ),
});

/** A record as somebody would write it down, field by field: the oracle of what a change is. */
const written = ({ topic, key, value, headers }: OutgoingRecord) =>
  JSON.stringify([
    topic,
    hex(key),
    hex(value),
    Object.keys(headers)
      .sort()
      .map((one) => [one, [headers[one]!].flat().map(hex)]),
  ]);
const hex = (one: string | Buffer | null) => (one === null ? null : Buffer.from(one).toString('hex'));

const isGood = (one: OutgoingRecord, key = PROOF_KEY) =>
  isProven(key, one.topic, { ...one, key: bufferOf(one.key), value: bufferOf(one.value) });
const bufferOf = (one: string | Buffer | null) => (one === null ? null : Buffer.from(one));

describe('the proof of a record', () => {
  it('holds for the record as it was written, in whatever order its headers come', () => {
    fc.assert(
      fc.property(record, (one) => {
        const proven = withProof(PROOF_KEY, one);
        const turned = Object.fromEntries(Object.entries(proven.headers).reverse());
        expect(isGood(proven)).toBe(true);
        expect(isGood({ ...proven, headers: turned })).toBe(true);
      }),
    );
  });

  it('holds for no other record: neither for another field, nor for what was moved from one to the next', () => {
    fc.assert(
      fc.property(
        record,
        record,
        fc.constantFrom('topic', 'key', 'value', 'headers', 'all'),
        (one, other, what) => {
          const changed = what === 'all' ? other : { ...one, [what]: other[what] };
          fc.pre(written(changed) !== written(one));
          const proof = withProof(PROOF_KEY, one).headers[PROOF_HEADER]!;
          expect(isGood({ ...changed, headers: { ...changed.headers, [PROOF_HEADER]: proof } })).toBe(false);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  const event = withProof(
    PROOF_KEY,
    encodeMessage('samples', { ...sampleMessage('samples', 3), correlation: 'call' }),
  );
  const changes: readonly (readonly [string, OutgoingRecord])[] = [
    ['another topic', { ...event, topic: 'remarks' }],
    ['another key', { ...event, key: 'bolt' }],
    ['no key', { ...event, key: null }],
    ['another value', { ...event, value: '{"n":4}' }],
    ['no value', { ...event, value: null }],
    ['one header more', { ...event, headers: { ...event.headers, ce_more: '1' } }],
    [
      'a header twice',
      { ...event, headers: { ...event.headers, ce_type: ['sample.opened', 'sample.closed'] } },
    ],
    ...Object.keys(event.headers).flatMap((name) => {
      const { [name]: _, ...without } = event.headers;
      return [
        [`no ${name}`, { ...event, headers: without }],
        [`another ${name}`, { ...event, headers: { ...event.headers, [name]: `${event.headers[name]}x` } }],
        [`an empty ${name}`, { ...event, headers: { ...event.headers, [name]: '' } }],
      ] as const;
    }),
  ];
  it.each(changes)('does not hold with %s', (_, changed) => {
    expect(isGood(event)).toBe(true);
    expect(isGood(changed)).toBe(false);
  });

  it('is given once, under the key of this cluster', () => {
    const proof = event.headers[PROOF_HEADER] as string;
    const twice: IHeaders = { ...event.headers, [PROOF_HEADER]: [proof, proof] };
    expect(isGood({ ...event, headers: twice })).toBe(false);
    expect(isGood(event, createSecretKey(Buffer.alloc(32, 2)))).toBe(false);
  });

  it('does not change from one version to the next: processes of both are on the same topics', () => {
    const fixed = { ...sampleMessage('samples', 1), id: '01900000-0000-7000-8000-000000000001' };
    expect(withProof(PROOF_KEY, encodeMessage('samples', fixed)).headers[PROOF_HEADER]).toBe(
      'esEpKcDtFt5MpU0XPx_c52Fa4lavt5NFFo9GBbB0IvY',
    );
  });
});
