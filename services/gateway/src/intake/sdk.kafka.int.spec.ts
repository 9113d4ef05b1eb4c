import { callIdFromKey } from '@countersign/event-sourcing';
import { createTopics, topicDefinitions } from '@countersign/infra-kafka';
import { createPublisher } from '@countersign/message-bus';
import { createKafkaBus, createKafkaPublisher } from '@countersign/message-bus-kafka';
import { PROOF_KEY } from '@countersign/message-bus-kafka/testing';
import { connect, type KafkaClient } from '@countersign/sdk';
import { afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { gatewayPublications } from '../publications.ts';
import { registerBasics } from '../testing/registered.ts';
import { startRelay } from '../testing/relay.ts';
import { type GatewayOptions, type RunningGateway, startGateway } from '../testing/running-gateway.ts';
import { registeredSigner } from '../testing/signed-intent.ts';
import { standInPublications } from '../testing/stand-ins.ts';

const brokers = inject('kafkaBrokers').split(',');
const KNOWN = '01a1fd5a-0e60-8260-a743-0123456789ab';
const call = { tool: 'read-file', arguments: { path: 'a' }, reason: 'a test' };

beforeAll(async () => {
  await createTopics(brokers.join(), topicDefinitions());
});

const ending: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

/** A gateway behind Kafka, and a client for its agent `helper`. */
async function overKafka(options: GatewayOptions = {}, answerTimeoutMs = 8_000) {
  // The clock of a client is the world's: so is this gateway's.
  const gateway = await startGateway(options);
  gateway.clock.advance(Date.now() - gateway.clock.nowMs());
  await gateway.pass(0);
  const basics = await registerBasics(gateway);
  const { privateKey } = await registeredSigner(gateway);
  const common = { brokers, clientId: 'gateway-1', proofKey: PROOF_KEY };
  const publisher = createPublisher([...gatewayPublications, ...standInPublications]);
  const kafkaPublisher = createKafkaPublisher(common);
  const relay = startRelay(gateway.store, publisher, kafkaPublisher);
  const bus = createKafkaBus({ ...common, store: gateway.store, publisher });
  const { intake, refusals } = gateway.takeIntents(bus);
  const client = connect({
    kafka: {
      brokers,
      agentId: 'helper',
      organization: 'default',
      privateKey: privateKey.export({ format: 'jwk' }),
      answerTimeoutMs,
    },
  });
  ending.push(async () => {
    await client.close();
    await intake.close();
    await relay.close();
    await Promise.all([bus.close(), kafkaPublisher.close()]);
  });
  return { gateway, ...basics, client, refusals };
}

const typesOf = (gateway: RunningGateway, callId: string) => gateway.types(`toolcall-${callId}`);

describe('an agent over Kafka', () => {
  it('is guarded as over HTTP: announced, redeemed, executed, reported', async () => {
    const { gateway, client } = await overKafka();
    const result = await client.guard(call, ({ arguments: { path } }) => ({ read: path }));
    expect(result).toMatchObject({
      verdict: 'executed',
      success: true,
      value: { read: 'a' },
      outcomePending: false,
      outcome: { recorded: true, status: 'succeeded' },
    });
    if (result.verdict !== 'executed') throw new Error('not executed');
    expect(result.callId).toBe(callIdFromKey('default', 'agent:helper', result.key));
    expect(await typesOf(gateway, result.callId)).toEqual([
      'decision-made.v2',
      'tool-requested.v2',
      'tool-authorized.v1',
      'permit-redeemed.v1',
      'tool-called.v1',
    ]);
    // The same key again: it has its outcome.
    expect(await client.guard({ ...call, key: result.key }, () => 'again')).toMatchObject({
      verdict: 'settled',
      success: true,
    });
  });

  it('is told refusals with their reasons, and what throws is a failure', async () => {
    const { client } = await overKafka({
      judge: ({ data }) => (data.tool_name === 'read-file' ? 'allow' : 'deny'),
    });
    expect(await client.guard({ ...call, tool: 'unknown' }, () => 1)).toMatchObject({
      verdict: 'denied',
      reasons: [{ message: 'not at night' }],
    });
    const failed = await client.guard(call, () => {
      throw new Error('no such file');
    });
    expect(failed).toMatchObject({ verdict: 'executed', success: false, outcome: { status: 'failed' } });
  });

  it('waits for a human, and goes on with the same key', async () => {
    const { gateway, client } = await overKafka({ judge: () => 'require_approval' });
    const waiting = await client.guard(call, () => 'value', { waitMs: 0 });
    expect(waiting).toMatchObject({ verdict: 'pending', approval: { state: 'waiting' } });
    if (waiting.verdict !== 'pending') throw new Error('not pending');
    const guarded = client.guard({ ...call, key: waiting.key }, () => 'value');
    await gateway.standIns.answers(waiting.callId, 'granted');
    await gateway.standIns.evaluates(waiting.callId, { phase: 'release', verdict: 'allow' });
    await gateway.standIns.reserves(waiting.callId);
    expect(await guarded).toMatchObject({ verdict: 'executed', value: 'value' });
  });

  it('does not execute what was ended between verdict and redemption', async () => {
    const { gateway, client } = await overKafka();
    const announced = await client.announce({
      tool_name: 'read-file',
      arguments: { path: 'a' },
      reason: 'a test',
    });
    expect(announced).toMatchObject({ status: 'authorized', permit: { redeemed: false } });
    await gateway.owner('POST', '/v1/kill-switches', { scope: 'agent', target: 'helper', reason: 'stop' });
    await expect(client.redeem(announced.id, { path: 'a' })).rejects.toMatchObject({ code: 'void' });
  });

  it('redeems once, and reports what it did', async () => {
    const { client } = await overKafka();
    const { id } = await client.announce({
      tool_name: 'read-file',
      arguments: { path: 'a' },
      reason: 'a test',
    });
    await client.redeem(id, { path: 'a' });
    await expect(client.redeem(id, { path: 'a' })).rejects.toMatchObject({ code: 'permit_redeemed' });
    expect(await client.report(id, { success: true, latency_ms: 3 })).toEqual({ status: 'succeeded' });
  });

  it('is told when nothing is heard: its key is revoked, say', async () => {
    const { gateway, client, refusals } = await overKafka({}, 3_000);
    const { body } = await gateway.owner('GET', '/v1/agents/helper/signing-keys');
    await gateway.owner('DELETE', `/v1/agents/helper/signing-keys/${body.items[0].id}`);
    const result = await client.guard(call, () => 1);
    expect(result).toMatchObject({
      verdict: 'unavailable',
      problem: { code: 'no_answer', detail: expect.stringContaining('agent.intents.dlq') },
    });
    // Of other tests, too, something may be delivered again.
    expect(refusals.map(({ code }) => code)).toContain('bad_signature');
  });

  it('ends what waits when it is closed', async () => {
    const { gateway, client } = await overKafka({ judge: () => null });
    const guarded = client.guard(call, () => 1, { waitMs: 600_000 });
    await gateway.happens('tool-requested.v2');
    await client.close();
    expect(await guarded).toMatchObject({ verdict: 'cancelled', cause: 'aborted', permit: 'not_redeemed' });
    expect(await client.guard(call, () => 1)).toMatchObject({ verdict: 'cancelled' });
    await expect(client.redeem(KNOWN, {})).rejects.toMatchObject({ code: 'no_answer' });
  });

  it('signs for itself alone', async () => {
    const { client }: { client: KafkaClient } = await overKafka();
    expect(await client.guard({ ...call, agentId: 'other' }, () => 1)).toMatchObject({
      verdict: 'rejected',
      problem: { code: 'invalid_request' },
    });
  });
});
