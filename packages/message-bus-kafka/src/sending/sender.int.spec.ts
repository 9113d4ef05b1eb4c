import type { Kafka } from 'kafkajs';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { openStage, type Stage } from '../testing/stage.ts';
import type { OutgoingRecord } from './outgoing-record.ts';
import { createSender } from './sender.ts';

const brokers = inject('kafkaBrokers');

describe('sender', () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await openStage(brokers);
  });
  afterEach(() => stage.close());

  const record = (n: number, value = String(n)): OutgoingRecord => ({
    topic: stage.topics[n % 2]!,
    key: `key-${n % 5}`,
    value,
    headers: { n: String(n) },
  });
  /** The same client, whose requests to write are counted. */
  const counting = () => {
    const told = { produced: 0 };
    const kafka = {
      producer(options) {
        const producer = stage.kafka.producer(options);
        producer.on(producer.events.REQUEST, ({ payload }) => {
          if (payload.apiName === 'Produce') told.produced += 1;
        });
        return producer;
      },
    } as Kafka;
    return { told, kafka };
  };

  it('K13: what is given while a request is under way shares the next one, in order', async () => {
    const { told, kafka } = counting();
    const sender = createSender(kafka, { timeoutMs: 30_000 });
    const sent = [sender.send([record(0)])];
    for (let n = 1; n <= 200; n += 1) {
      if (n % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
      sent.push(sender.send([record(n)]));
    }
    expect(new Set((await Promise.all(sent)).map(({ kind }) => kind))).toEqual(new Set(['acknowledged']));
    expect(told.produced).toBeLessThanOrEqual(6);
    const written = (await Promise.all(stage.topics.map((topic) => stage.read(topic)))).flat();
    expect(written).toHaveLength(201);
    const byKey = Map.groupBy(written, ({ key, partition, headers }) => {
      return `${key} ${partition} ${Number(headers!.n) % 2}`;
    });
    for (const records of byKey.values()) {
      const numbers = records.map(({ value }) => Number(value));
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    }
    await sender.close();
  });

  it('writes what is given at the very moment in which the one before is acknowledged', async () => {
    const sender = createSender(stage.kafka, { timeoutMs: 30_000 });
    for (let n = 0; n < 20; n += 1) expect(await sender.send([record(n)])).toEqual({ kind: 'acknowledged' });
    await sender.close();
  });

  it('divides what is larger than a request, so that no batch is larger than the topic takes', async () => {
    const { told, kafka } = counting();
    const sender = createSender(kafka, { timeoutMs: 30_000 });
    const large = Array.from({ length: 8 }, (_, n) => record(n * 10, 'x'.repeat(1_000_000)));
    expect(await sender.send(large)).toEqual({ kind: 'acknowledged' });
    expect(told.produced).toBeGreaterThanOrEqual(8);
    await sender.close();
  });

  it('tells that it is unknown what became of a record that is too large, and goes on with the next', async () => {
    const sender = createSender(stage.kafka, { timeoutMs: 30_000 });
    const [tooLarge, behind] = await Promise.all([
      sender.send([record(0, 'x'.repeat(3 * 1024 * 1024))]),
      sender.send([record(2)]),
    ]);
    expect(tooLarge.kind).toBe('unknown');
    expect(sender.problem()).toContain('larger');
    // Given behind what failed: written before it is given again, it would overtake.
    expect(behind.kind).toBe('unknown');
    expect(await sender.send([record(2)])).toEqual({ kind: 'acknowledged' });
    expect(sender.problem()).toBeNull();
    expect(await stage.read(stage.topics[0])).toHaveLength(1);
    await sender.close();
  });

  it('acknowledges nothing at once', async () => {
    const sender = createSender(stage.kafka, { timeoutMs: 30_000 });
    expect(await sender.send([])).toEqual({ kind: 'acknowledged' });
    await sender.close();
  });
});
