import type { EachBatchPayload, Kafka } from 'kafkajs';
import { describe, expect, it, vi } from 'vitest';
import { DEFAULT_TIMING } from '../client.ts';
import { encodeMessage } from '../cloud-event/encode.ts';
import { withProof } from '../cloud-event/proof.ts';
import type { Sender } from '../sending/sender.ts';
import { PROOF_KEY } from '../testing/proof-key.ts';
import { sampleMessage } from '../testing/sample-message.ts';
import { consumeGroup } from './consume-group.ts';
import { readMessages } from './readers.ts';

const TOPIC = 'samples';

/** A client that has joined and hands over what it is told to; what it makes of it is the broker's tests' business. */
async function joined(
  consumer: () => void,
  send: Sender['send'] = async () => ({ kind: 'acknowledged' }),
  timing = DEFAULT_TIMING,
) {
  const running = Promise.withResolvers<(payload: EachBatchPayload) => Promise<void>>();
  const client = {
    events: { CRASH: 'crash', REBALANCING: 'rebalancing', GROUP_JOIN: 'join' },
    on: (event: string, tell: (event: object) => void) =>
      event === 'join' && tell({ payload: { memberAssignment: { [TOPIC]: [0, 1] } } }),
    connect: async () => {},
    subscribe: async () => {},
    run: async ({ eachBatch }: { eachBatch: (payload: EachBatchPayload) => Promise<void> }) =>
      running.resolve(eachBatch),
    disconnect: async () => {},
  };
  const consumption = consumeGroup(
    {
      kafka: { consumer: () => client } as unknown as Kafka,
      clientId: 'unit',
      timing,
      log: undefined,
      sender: { send, problem: () => null, close: async () => {} },
      lag: { read: async () => [], close: async () => {} },
    },
    { group: 'g', topics: [TOPIC], read: readMessages(PROOF_KEY, undefined) },
    consumer,
  );
  return { consumption, eachBatch: await running.promise };
}

function batchOf(partition: number, heartbeat: () => Promise<void>, state: Partial<EachBatchPayload> = {}) {
  const { key, value, headers } = withProof(PROOF_KEY, encodeMessage(TOPIC, sampleMessage(TOPIC, 1)));
  const resolveOffset = vi.fn();
  const message = { offset: '7', key: Buffer.from(key!), value: Buffer.from(value!), headers };
  return {
    batch: { topic: TOPIC, partition, messages: [message], lastOffset: () => '7' },
    heartbeat,
    resolveOffset,
    isRunning: () => true,
    isStale: () => false,
    ...state,
  } as unknown as EachBatchPayload & { resolveOffset: typeof resolveOffset };
}

describe('a batch', () => {
  it('K3: is not begun when the group says that it is rebalancing: its partition may be about to go', async () => {
    const consumer = vi.fn();
    const { consumption, eachBatch } = await joined(consumer);
    const rebalancing = new Error('The group is rebalancing, so a rejoin is needed');
    const late = batchOf(1, () => Promise.reject(rebalancing));
    await expect(eachBatch(late)).rejects.toBe(rebalancing);
    expect(consumer).not.toHaveBeenCalled();
    expect(late.resolveOffset).not.toHaveBeenCalled();
    await eachBatch(batchOf(0, async () => {}));
    expect(consumer).toHaveBeenCalledOnce();
    await consumption.close();
  });

  it('K8: is not begun by a client that has been stopped, or whose place in the partition is another', async () => {
    const consumer = vi.fn();
    const { consumption, eachBatch } = await joined(consumer);
    await eachBatch(batchOf(0, async () => {}, { isRunning: () => false }));
    await eachBatch(batchOf(0, async () => {}, { isStale: () => true }));
    expect(consumer).not.toHaveBeenCalled();
    await consumption.close();
    await eachBatch(batchOf(0, async () => {}));
    expect(consumer).not.toHaveBeenCalled();
  });

  it('K1: lets nothing of what a consumer throws into the client', async () => {
    const { consumption, eachBatch } = await joined(() => {
      throw new TypeError('poisoned');
    });
    await eachBatch(batchOf(0, async () => {}));
    expect(await consumption.ended).toMatchObject({ name: 'TypeError', message: 'poisoned' });
  });

  it('is not begun while too much waits for its dead letter, and the group hears of this member meanwhile', async () => {
    const sent: (() => void)[] = [];
    const send: Sender['send'] = ([letter]) =>
      new Promise((resolve) => {
        expect(letter!.topic).toBe(`${TOPIC}.dlq`);
        sent.push(() => resolve({ kind: 'acknowledged' }));
      });
    const timing = { ...DEFAULT_TIMING, heartbeatEveryMs: 1 };
    const { consumption, eachBatch } = await joined(() => {}, send, timing);
    const heartbeat = vi.fn(async () => {});
    const undecodable = (n: number) => {
      const message = { offset: String(n), key: null, value: Buffer.alloc(1024 * 1024), headers: {} };
      const batch = { topic: TOPIC, partition: 0, messages: [message], lastOffset: () => String(n) };
      return batchOf(0, heartbeat, { batch: batch as unknown as EachBatchPayload['batch'] });
    };
    let taken = 0;
    const taking = (async () => {
      for (let n = 0; n < 20; n += 1) {
        await eachBatch(undecodable(n));
        taken += 1;
      }
    })();
    while (sent.length < 8) await new Promise((resolve) => setImmediate(resolve));
    const before = heartbeat.mock.calls.length;
    while (heartbeat.mock.calls.length < before + 10) await new Promise((resolve) => setImmediate(resolve));
    expect([sent.length, taken]).toEqual([8, 8]);
    sent.shift()!();
    while (taken < 9) await new Promise((resolve) => setImmediate(resolve));
    while (taken < 20) {
      sent.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await taking;
    for (const acknowledge of sent) acknowledge();
    await consumption.close();
  });

  it('is not waited with by a group that is closed while too much waits for its dead letter', async () => {
    const send: Sender['send'] = () => new Promise(() => {});
    const { consumption, eachBatch } = await joined(() => {}, send);
    const messages = Array.from({ length: 1_000 }, (_, n) => ({ offset: String(n), key: null, value: null }));
    const batch = { topic: TOPIC, partition: 0, messages, lastOffset: () => '999' };
    await eachBatch(batchOf(0, async () => {}, { batch: batch as unknown as EachBatchPayload['batch'] }));
    const next = batchOf(1, async () => {});
    const waiting = eachBatch(next);
    await consumption.close();
    await waiting;
    expect(next.resolveOffset).not.toHaveBeenCalled();
  });
});
