import { createTopics, topicDefinitions } from '@countersign/infra-kafka';
import { createPublisher } from '@countersign/message-bus';
import { createKafkaBus } from '@countersign/message-bus-kafka';
import { PROOF_KEY } from '@countersign/message-bus-kafka/testing';
import { type Admin, Kafka, type KafkaMessage, logLevel, type Producer } from 'kafkajs';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { gatewayPublications } from '../publications.ts';
import { announcement, registerBasics } from '../testing/registered.ts';
import { startGateway } from '../testing/running-gateway.ts';
import { type IntentRecord, registeredSigner, signedIntent } from '../testing/signed-intent.ts';
import { INTAKE_GROUP } from './was-taken.ts';

const TOPIC = 'agent.intents';
const LETTERS = 'agent.intents.dlq';
const AGENTS = ['helper', 'scribe', 'cleaner', 'reader'];

const brokers = inject('kafkaBrokers');

let client: Kafka;
let admin: Admin;
let producer: Producer;
beforeAll(async () => {
  await createTopics(
    brokers,
    topicDefinitions().filter(({ name }) => name.startsWith(TOPIC)),
  );
  client = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING });
  admin = client.admin();
  producer = client.producer({ idempotent: true });
  await Promise.all([admin.connect(), producer.connect()]);
  for (const topic of [TOPIC, LETTERS]) await empty(topic);
});
afterAll(async () => {
  await Promise.all([admin.disconnect(), producer.disconnect()]);
});

const write = (records: readonly IntentRecord[]) =>
  producer.send({ topic: TOPIC, messages: records.map((record) => ({ ...record })) });

/** Takes out what other tests have left. */
async function empty(topic: string): Promise<void> {
  const filled = (await admin.fetchTopicOffsets(topic)).filter(({ high, low }) => high !== low);
  const partitions = filled.map(({ partition, high }) => ({ partition, offset: high }));
  if (partitions.length > 0) await admin.deleteTopicRecords({ topic, partitions });
}

/** How many records a topic holds. */
async function count(topic: string): Promise<number> {
  const partitions = await admin.fetchTopicOffsets(topic);
  return partitions.reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0);
}

async function lettersFrom(expected: number): Promise<readonly KafkaMessage[]> {
  const found: KafkaMessage[] = [];
  const consumer = client.consumer({ groupId: `letters-${expected}`, maxWaitTimeInMs: 50 });
  await consumer.connect();
  await consumer.subscribe({ topics: [LETTERS], fromBeginning: true });
  await new Promise<void>((resolve) => {
    void consumer.run({
      eachMessage: async ({ message }) => {
        if (found.push(message) === expected) resolve();
      },
    });
  });
  await consumer.disconnect();
  return found;
}

it('takes what agents sign, refuses the rest with its bytes, and takes nothing twice', async () => {
  const gateway = await startGateway();
  await registerBasics(gateway);
  for (const id of AGENTS) await gateway.owner('PUT', `/v1/agents/${id}`, { owner: 'alice' });
  const signers = new Map(
    await Promise.all(AGENTS.map(async (id) => [id, await registeredSigner(gateway, id)] as const)),
  );
  const intent = (agentId: string, id: string, change: { data?: object | string } = {}) =>
    signedIntent(signers.get(agentId)!, {
      type: 'agent.intent.announced',
      id,
      agentId,
      time: new Date(gateway.clock.nowMs()).toISOString(),
      data: announcement({ agent_id: agentId }),
      ...change,
    });
  const good = AGENTS.flatMap((agent) => [1, 2, 3].map((n) => intent(agent, `${agent}-${n}`)));
  const { headers, ...unsigned } = intent('helper', 'unsigned');
  const { ce_signature: _, ...without } = headers;
  const bad: readonly (readonly [string, IntentRecord])[] = [
    ['unsigned', { ...unsigned, headers: without as typeof headers }],
    ['bad_signature', { ...intent('helper', 'forged'), value: Buffer.from('{}') }],
    ['too_large', intent('helper', 'large', { data: `"${'x'.repeat(1024 * 1024)}"` })],
    ['malformed_json', intent('helper', 'broken', { data: '{' })],
    ['malformed_record', { key: 'helper', value: null, headers: {} as typeof headers }],
    ['wrong_key', { ...intent('helper', 'keyless'), key: null }],
  ];
  // Before, between and behind the good ones of the same partition.
  await write(bad.map(([, record]) => record));
  await write(good);
  await write([intent('helper', 'helper-1')]);

  const start = () => {
    const bus = createKafkaBus({
      brokers: brokers.split(','),
      clientId: 'gateway-1',
      proofKey: PROOF_KEY,
      store: gateway.store,
      publisher: createPublisher(gatewayPublications),
      timing: { commitEveryMs: 50 },
    });
    const { intake, refusals } = gateway.takeIntents(bus);
    return { bus, intake, refusals };
  };
  const first = start();
  await first.intake.caughtUp;
  await first.intake.close();
  await first.bus.close();
  await gateway.settled();
  const { body } = await gateway.owner('GET', '/v1/tool-calls');
  expect(body.items).toHaveLength(good.length);
  const codes = [...bad.map(([code]) => code), 'replayed'];
  expect(first.refusals.map(({ code }) => code).sort()).toEqual([...codes].sort());
  expect(await count(LETTERS)).toBe(codes.length);
  const letters = await lettersFrom(codes.length);
  for (const [code, { key, value }] of bad) {
    const letter = letters.find(({ headers: said }) => String(said!.dlq_error_code) === code);
    expect([letter!.key?.toString() ?? null, letter!.value]).toEqual([key, value]);
  }

  // As after a crash that repeats everything: what was taken is no replay, and happens once.
  const { acceptedPosition } = gateway.store;
  await admin.resetOffsets({ groupId: INTAKE_GROUP, topic: TOPIC, earliest: true });
  const second = start();
  await second.intake.caughtUp;
  await second.intake.close();
  await second.bus.close();
  expect(gateway.store.acceptedPosition).toBe(acceptedPosition);
  expect(second.refusals.map(({ code }) => code).sort()).toEqual([...codes].sort());
});
