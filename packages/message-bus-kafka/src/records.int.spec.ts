import { createRequire } from 'node:module';
import type { BusRecord, RecordFailure } from '@countersign/message-bus';
import { CompressionTypes } from 'kafkajs';
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { MAX_HEADERS } from './consuming/bounded-headers.ts';
import { eventually } from './testing/eventually.ts';
import { openStage, type Stage } from './testing/stage.ts';

const brokers = inject('kafkaBrokers');

const failure: RecordFailure = {
  code: 'refused',
  detail: 'a test',
  attempts: 1,
  firstAttemptMs: 0,
  lastAttemptMs: 0,
};

describe('records of others', () => {
  let stage: Stage;
  let topic: string;
  beforeEach(async () => {
    stage = await openStage(brokers, { partitions: 1 });
    [topic] = stage.topics;
  });
  afterEach(() => stage.close());

  /** Takes part in a group; the odd ones are put aside. */
  const take = (group: string, act = (n: number) => n % 2 === 0) => {
    const seen: BusRecord[] = [];
    const consumption = stage.bus().consumeRecords({ group, topic }, (records, settle, putAside) => {
      for (const record of records) {
        seen.push(record);
        if (act(record.offset)) settle(record);
        else putAside(record, failure);
      }
    });
    return { seen, consumption };
  };

  it('come as they are, are settled or put aside with their bytes, and do not come again', async () => {
    const group = `records-${topic}`;
    await stage.write({ key: 'helper', value: '{"n":0}', headers: { ce_id: 'a', twice: ['x', 'y'] } });
    await stage.write({ key: null, value: null });
    await stage.write({ key: 'helper', value: 'no JSON', headers: { dlq_topic: 'forged' } });
    const { seen, consumption } = take(group);
    await consumption.caughtUp;
    expect(seen.map(({ key, value }) => [key?.toString(), value?.toString()])).toEqual([
      ['helper', '{"n":0}'],
      [undefined, undefined],
      ['helper', 'no JSON'],
    ]);
    expect(seen[0]).toMatchObject({ topic, partition: 0, offset: 0 });
    expect(seen[0]!.headers).toEqual({
      ce_id: Buffer.from('a'),
      twice: [Buffer.from('x'), Buffer.from('y')],
    });
    expect(consumption.outstanding()).toBe(0);
    await consumption.close();
    expect(await consumption.ended).toBeNull();
    expect(await stage.committed(group)).toEqual([3]);
    const [letter, ...others] = await stage.read(`${topic}.dlq`);
    expect(others).toEqual([]);
    expect([letter!.key, letter!.value]).toEqual([null, null]);
    expect(String(letter!.headers!.dlq_error_code)).toBe('refused');
  });

  it('have the time of the broker, whatever their writer says', async () => {
    const producer = stage.kafka.producer();
    await producer.connect();
    await producer.send({ topic, messages: [{ key: 'a', value: 'x', timestamp: '1000' }] });
    await producer.disconnect();
    const { seen, consumption } = take(`time-${topic}`);
    await consumption.caughtUp;
    expect(seen[0]!.timeMs).toBeGreaterThan(Date.UTC(2026, 0, 1));
    await consumption.close();
  });

  it('that are settled behind one that is not wait for it, and come again after a restart', async () => {
    const group = `gap-${topic}`;
    for (let n = 0; n < 3; n += 1) await stage.write({ key: `k${n}`, value: String(n) });
    const seen: number[] = [];
    const first = stage.bus().consumeRecords({ group, topic }, (records, settle) => {
      for (const record of records) {
        seen.push(record.offset);
        if (record.offset !== 1) settle(record);
      }
    });
    await eventually(() => seen.length === 3);
    expect(first.outstanding()).toBe(1);
    await first.close();
    expect(await stage.committed(group)).toEqual([1]);
    const again = take(group, () => true);
    await again.consumption.caughtUp;
    expect(again.seen.map(({ offset }) => offset)).toEqual([1, 2]);
    await again.consumption.close();
  });

  it('are consumed once in a process', async () => {
    const bus = stage.bus();
    const options = { group: `twice-${topic}`, topic };
    const consumption = bus.consumeRecords(options, () => {});
    expect(() => bus.consumeRecords(options, () => {})).toThrow(RangeError);
    await consumption.close();
  });

  it('with more headers than anybody needs do not stop the process', async () => {
    const names = Array.from({ length: 20_000 }, (_, n) => [`h${n}`, '']);
    await stage.write({ key: 'helper', value: 'x', headers: Object.fromEntries(names) });
    const { seen, consumption } = take(`headers-${topic}`, () => false);
    await consumption.caughtUp;
    expect(Object.keys(seen[0]!.headers)).toHaveLength(MAX_HEADERS);
    await consumption.close();
    const [letter] = await stage.read(`${topic}.dlq`);
    expect(letter!.value?.toString()).toBe('x');
  });

  it.each(['toString', 'constructor', 'valueOf', 'hasOwnProperty', '__proto__'])(
    'with a header named %s are as any other',
    async (name) => {
      await stage.write({
        key: 'helper',
        value: 'x',
        headers: Object.fromEntries([
          [name, 'bytes'],
          ['other', ['a', 'b']],
        ]),
      });
      const { seen, consumption } = take(`name-${name}-${topic}`, () => false);
      await consumption.caughtUp;
      expect(Object.entries(seen[0]!.headers)).toEqual([
        [name, Buffer.from('bytes')],
        ['other', [Buffer.from('a'), Buffer.from('b')]],
      ]);
      await consumption.close();
      const [letter] = await stage.read(`${topic}.dlq`);
      expect(Object.entries(letter!.headers!)).toContainEqual([name, Buffer.from('bytes')]);
    },
  );

  it('with headers without a value are put aside like any other, with empty ones', async () => {
    const absent = Buffer.alloc(0);
    const { prototype } = createRequire(import.meta.url)('kafkajs/src/protocol/encoder') as {
      prototype: { writeVarIntBytes(value: Buffer | string | null): unknown };
    };
    const write = prototype.writeVarIntBytes;
    // The client can not write such a record; its encoding is as long as that of an empty one.
    const writing = vi.spyOn(prototype, 'writeVarIntBytes').mockImplementation(function (
      this: unknown,
      value,
    ) {
      return write.call(this, value === absent ? null : value);
    });
    await stage.write({ key: 'helper', value: 'x', headers: { once: absent, twice: ['a', absent] } });
    writing.mockRestore();
    await stage.write({ key: 'helper', value: 'y' });
    const { seen, consumption } = take(`absent-${topic}`, () => false);
    await consumption.caughtUp;
    expect(seen[0]!.headers).toEqual({ once: null, twice: [Buffer.from('a'), null] });
    await consumption.close();
    const letters = await stage.read(`${topic}.dlq`);
    expect(letters.map(({ value }) => String(value)).sort()).toEqual(['x', 'y']);
    expect(letters.find(({ value }) => String(value) === 'x')!.headers).toMatchObject({
      once: absent,
      twice: [Buffer.from('a'), absent],
    });
  });

  it('as large as the topic takes them have room among the dead letters', async () => {
    const value = 'x'.repeat(2 * 1024 * 1024 - 500);
    await stage.write({ key: 'helper', value });
    const { consumption } = take(`large-${topic}`, () => false);
    await consumption.caughtUp;
    await consumption.close();
    const [letter] = await stage.read(`${topic}.dlq`);
    expect(letter!.value).toHaveLength(value.length);
  });

  it('are kept uncompressed, so that none is larger than it looks or unreadable here', async () => {
    const producer = stage.kafka.producer({ retry: { retries: 0 } });
    await producer.connect();
    const send = (value: Buffer) =>
      producer.send({ topic, compression: CompressionTypes.GZIP, messages: [{ key: 'helper', value }] });
    await expect(send(Buffer.alloc(8 * 1024 * 1024))).rejects.toThrow(/larger/);
    await send(Buffer.alloc(1024));
    await producer.disconnect();
    const { seen, consumption } = take(`gzip-${topic}`, () => true);
    await consumption.caughtUp;
    expect(seen.map(({ value }) => value?.length)).toEqual([1024]);
    await consumption.close();
  });
});
