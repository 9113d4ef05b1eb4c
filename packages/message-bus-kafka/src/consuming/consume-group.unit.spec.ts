import type { EachBatchPayload, Kafka } from 'kafkajs';
import { describe, expect, it, vi } from 'vitest';
import { DEFAULT_TIMING } from '../client.ts';
import { encodeMessage } from '../cloud-event/encode.ts';
import { withProof } from '../cloud-event/proof.ts';
import { PROOF_KEY } from '../testing/proof-key.ts';
import { sampleMessage } from '../testing/sample-message.ts';
import { consumeGroup } from './consume-group.ts';
import { readMessages } from './readers.ts';

const TOPIC = 'samples';

/** A client that has joined and hands over what it is told to; what it makes of it is the broker's tests' business. */
async function joined(consumer: () => void) {
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
      timing: DEFAULT_TIMING,
      log: undefined,
      sender: { send: async () => ({ kind: 'acknowledged' }), problem: () => null, close: async () => {} },
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
});
