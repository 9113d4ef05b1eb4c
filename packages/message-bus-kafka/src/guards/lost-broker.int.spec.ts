import { createRequire } from 'node:module';
import { createMemoryEventStore } from '@countersign/event-store/memory';
import { createTopics, type LocalCluster, startLocalCluster, testTopics } from '@countersign/infra-kafka';
import { createPublisher } from '@countersign/message-bus';
import { collect, consumeAll } from '@countersign/message-bus/conformance';
import { KafkaJSConnectionError } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connectTo } from '../client.ts';
import { createKafkaBus } from '../kafka-bus.ts';
import { createKafkaPublisher } from '../kafka-publisher.ts';
import { collectedLog } from '../testing/collected-log.ts';
import { eventually } from '../testing/eventually.ts';
import { PROOF_KEY } from '../testing/proof-key.ts';
import { sampleMessage } from '../testing/sample-message.ts';

const TOPIC = 'samples';
const NO_COORDINATOR = Object.assign(new Error('Failed to find group coordinator'), {
  name: 'KafkaJSGroupCoordinatorNotFound',
  retriable: false,
});

describe('a broker that has just begun, and one that is lost', { timeout: 120_000 }, () => {
  let cluster: LocalCluster;
  beforeAll(async () => {
    cluster = await startLocalCluster();
    await createTopics(cluster.brokers, testTopics([TOPIC], 3));
  });
  afterAll(() => cluster?.stop());

  const collected = collectedLog();
  const options = () => ({
    brokers: cluster.brokers.split(','),
    clientId: 'lost-broker',
    proofKey: PROOF_KEY,
    log: collected.log,
    timing: { sendTimeoutMs: 1_500, watchEveryMs: 100 },
  });

  const memberOf = async (group: string): Promise<string | undefined> => {
    const admin = connectTo({ brokers: cluster.brokers.split(','), clientId: 'looking' }).admin();
    await admin.connect();
    const { groups } = await admin.describeGroups([group]);
    await admin.disconnect();
    return groups[0]?.members[0]?.memberId;
  };

  it('K14: is waited for while its coordinator loads, without a word of error', async () => {
    const bus = createKafkaBus({
      ...options(),
      store: createMemoryEventStore(),
      publisher: createPublisher([]),
    });
    const consumption = consumeAll(bus, 'fresh', collect(), [TOPIC]);
    expect(bus.problems()).toEqual(['group "fresh" has not joined its group']);
    await consumption.caughtUp;
    expect(bus.problems()).toEqual([]);
    expect(collected.lines.error).toEqual([]);
    await consumption.close();
    await bus.close();
  });

  it('K10: is come back to by groups and publishers, with nothing lost and nothing out of order', async () => {
    const bus = createKafkaBus({
      ...options(),
      store: createMemoryEventStore(),
      publisher: createPublisher([]),
    });
    const publisher = createKafkaPublisher(options());
    const seen = collect();
    const consumption = consumeAll(bus, 'lost', seen, [TOPIC]);
    let n = 0;
    let unknown = 0;
    /** As a relay does it: the same again until it is acknowledged, nothing later before. */
    const publishNext = async (): Promise<void> => {
      n += 1;
      while ((await publisher.publish([sampleMessage(TOPIC, n)])).kind === 'unknown') unknown += 1;
    };
    for (let i = 0; i < 5; i += 1) await publishNext();
    await seen.until((messages) => messages.length === 5);

    const member = await memberOf('lost');
    const [broker] = cluster.processes;
    await broker!.kill();
    const meanwhile = publishNext();
    await eventually(() => unknown > 0);
    await eventually(() => bus.problems().length > 0);
    await broker!.start();
    await meanwhile;
    for (let i = 0; i < 5; i += 1) await publishNext();
    await seen.until((messages) => messages.some((message) => message.data.n === 11));
    // The first time that each was seen: repeats are allowed, gaps and overtaking are not.
    expect([...new Set(seen.numbers())]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    // Another member would have had to wait until this one's session ends.
    expect(await memberOf('lost')).toBe(member);
    await eventually(() => bus.problems().length === 0);
    await consumption.close();
    expect(await consumption.ended).toBeNull();
    await Promise.all([bus.close(), publisher.close()]);
  });

  it.each([
    ['findGroupCoordinator', new KafkaJSConnectionError('Closed connection')],
    ['joinGroup', new Error('Broker not connected')],
    ['fetch', new Error('Broker not connected')],
    ['fetch', NO_COORDINATOR],
  ] as const)('K10: is come back to by a group that it leaves in %s: %s', async (request, error) => {
    const { prototype } = createRequire(import.meta.url)('kafkajs/src/broker') as {
      prototype: Record<typeof request, () => Promise<unknown>>;
    };
    const asked = vi.spyOn(prototype, request);
    asked.mockRejectedValueOnce(error);
    const bus = createKafkaBus({
      ...options(),
      store: createMemoryEventStore(),
      publisher: createPublisher([]),
    });
    const consumption = consumeAll(bus, `left-in-${request}-${error.name}`, collect(), [TOPIC]);
    await consumption.caughtUp;
    expect(asked.mock.calls.length).toBeGreaterThan(1);
    asked.mockRestore();
    await consumption.close();
    expect(await consumption.ended).toBeNull();
    await bus.close();
  });

  it('K10: lets groups and publishers be closed in bounded time while it is away', async () => {
    const bus = createKafkaBus({
      ...options(),
      store: createMemoryEventStore(),
      publisher: createPublisher([]),
    });
    const publisher = createKafkaPublisher(options());
    const joined = consumeAll(bus, 'joined', collect(), [TOPIC]);
    await joined.caughtUp;
    await publisher.publish([sampleMessage(TOPIC, 100)]);
    await cluster.processes[0]!.kill();
    const coming = consumeAll(bus, 'coming', collect(), [TOPIC]);
    const unknown = publisher.publish([sampleMessage(TOPIC, 101)]);
    await Promise.all([joined.close(), coming.close()]);
    expect(await Promise.all([joined.ended, coming.ended])).toEqual([null, null]);
    expect((await unknown).kind).toBe('unknown');
    await Promise.all([bus.close(), publisher.close()]);
  });
});
