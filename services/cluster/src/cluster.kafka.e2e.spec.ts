import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readClusterKey } from '@countersign/internal-http';
import { createKafkaPublisher } from '@countersign/message-bus-kafka';
import { PROOF_KEY } from '@countersign/message-bus-kafka/testing';
import { connect } from '@countersign/sdk';
import { type Answer, type Call, caller } from '@countersign/testing';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type RunningCluster, runCluster, until } from './testing/running-cluster.ts';

/** An id that no call has. */
const NO_CALL = '01a22dd4-c5f0-7855-a322-9137217edb21';

let running: RunningCluster;
let owner: Call;

const call = (tool: string, args: object = {}) => ({
  agent_id: 'writer',
  tool_name: tool,
  arguments: args,
  reason: 'a person asked',
});
const declared = (more: object) => ({
  description: 'a tool',
  input_schema: { type: 'object' },
  action: 'read',
  ...more,
});

beforeAll(async () => {
  running = await runCluster(inject('kafkaBrokers'), { gateway: 2, 'meter-service': 2, 'policy-engine': 2 });
  owner = running.owner;
  await owner('PUT', '/v1/users/ann', { roles: [] });
  await owner('PUT', '/v1/users/olga', { roles: [{ scope: { organization: 'default' }, role: 'operator' }] });
  await owner('PUT', '/v1/agents/writer', { owner: 'ann', acts_for: ['ann'] });
  await owner('PUT', '/v1/tools/look', declared({}));
  await owner('PUT', '/v1/tools/drop', declared({ action: 'delete', destructive: true }));
}, 120_000);
afterAll(() => running.close());

async function keyOf(kind: string, id: string): Promise<Call> {
  const { body } = await owner('POST', '/v1/keys', { principal: { kind, id } });
  return caller(running.cluster.url, body.key);
}

/** Says on Kafka what meter-service would, where it is proven by its key: that the quota of a call is reserved. */
async function publishReservation(proofKey: KeyObject, of: { tool_call_id: string }, position = 1) {
  const file = new URL(
    '../../../schemas/fixtures/public/agent.quota.reserved.v1.typical.json',
    import.meta.url,
  );
  const { source, position: _, correlationid: __, ...event } = JSON.parse(readFileSync(file, 'utf8'));
  const service = source.slice('/countersign/'.length);
  const data = { ...event.data, ...of };
  const message = { ...event, topic: 'agent.quota', service, position, correlation: of.tool_call_id, data };
  const brokers = running.brokers.split(',');
  const somebody = createKafkaPublisher({ brokers, clientId: 'somebody', proofKey });
  expect(await somebody.publish([message])).toEqual({ kind: 'acknowledged' });
  await somebody.close();
}

/** Until a gateway has put a record of the topic of quotas aside for this reason. */
async function untilPutAside(reason: string): Promise<void> {
  const isPutAside = ({ body }: Answer) =>
    body.items.some(({ errors }: { errors: { code: string; consumer: string }[] }) =>
      errors.some(({ code, consumer }) => code === reason && consumer.startsWith('gateway')),
    );
  await until(() => owner('GET', '/v1/dead-letters?topic=agent.quota'), isPutAside);
}

describe('five services as processes', () => {
  it('are ready, each by itself', async () => {
    for (const { service, port } of running.cluster.instances) {
      const ready = () => caller(`http://127.0.0.1:${port}`, 'none')('GET', '/readyz');
      const { body } = await until(ready, ({ status }) => status === 200);
      const names = body.checks.map(({ name }: { name: string }) => name);
      expect(names, service).toEqual(
        expect.arrayContaining(['state', 'processing', 'lag', 'store', 'vault', 'kafka', 'relay']),
      );
    }
  });

  it('decide a call at one gateway, redeem it at another, and tell all of it', async () => {
    const [one, other] = running.cluster.instances.filter(({ service }) => service === 'gateway');
    const { body: made } = await owner('POST', '/v1/keys', { principal: { kind: 'agent', id: 'writer' } });
    const at = (port: number) => caller(`http://127.0.0.1:${port}`, made.key);
    const args = { path: '/tmp' };
    const allowed = await at(one!.port)('POST', '/v1/tool-calls', call('look', args));
    expect(allowed).toMatchObject({ status: 200, body: { verdict: 'allow', status: 'authorized' } });
    const { token } = allowed.body.permit;
    const permit = { permit: token, arguments: args };
    expect((await at(other!.port)('POST', '/v1/permits/redeem', permit)).status).toBe(200);
    expect(await at(one!.port)('POST', '/v1/permits/redeem', permit)).toMatchObject({
      status: 409,
      body: { code: 'permit_redeemed' },
    });
    const outcome = { permit: token, success: true };
    const { id } = allowed.body;
    expect(await at(other!.port)('POST', `/v1/tool-calls/${id}/outcome`, outcome)).toMatchObject({
      status: 200,
      body: { status: 'succeeded' },
    });
    const timeline = () => owner('GET', `/v1/tool-calls/${id}/timeline`);
    const { body } = await until(timeline, ({ body }) => body.items.length === 8);
    expect(body.items.map(({ type }: { type: string }) => type)).toEqual([
      'agent.decision.made',
      'agent.tool.requested',
      'agent.tool.evaluated',
      'agent.quota.reserved',
      'agent.tool.authorized',
      'agent.permit.redeemed',
      'agent.tool.called',
      'agent.quota.committed',
    ]);
  });

  it('ask a human, whose answer another service takes, and judge again', async () => {
    const olga = await keyOf('user', 'olga');
    const asked = await owner('POST', '/v1/tool-calls', call('drop', { table: 'old' }));
    expect(asked).toMatchObject({ status: 202, body: { status: 'awaiting_approval' } });
    const { id, arguments_digest } = asked.body;
    const decision = { decision: 'approve', reason: 'it is old', arguments_digest };
    expect(await olga('POST', `/v1/approvals/${id}/decision`, decision)).toMatchObject({
      status: 200,
      body: { state: 'granted' },
    });
    const later = () => owner('GET', `/v1/tool-calls/${id}`);
    await until(later, ({ body }) => body.status === 'authorized');
  });

  it('believe nobody on Kafka who does not have their key, whatever he says of a call', async () => {
    const asked = await owner('POST', '/v1/tool-calls', call('drop', { table: 'new' }));
    expect(asked.status).toBe(202);
    const { id } = asked.body;
    // He can write everywhere and knows all formats; the key is another one.
    await publishReservation(PROOF_KEY, { tool_call_id: id });
    await untilPutAside('unproven');
    expect(await owner('GET', `/v1/tool-calls/${id}`)).toMatchObject({
      body: { status: 'awaiting_approval' },
    });
  });

  it('hear of everything that follows when Kafka has records beyond the end of the ledger', async () => {
    const key = readClusterKey(join(running.cluster.keys, 'cluster.key'));
    if ('code' in key) throw new Error(key.detail);
    await publishReservation(key.records, { tool_call_id: NO_CALL }, Number.MAX_SAFE_INTEGER);
    await untilPutAside('not_in_ledger');
    const gateways = running.cluster.instances.filter(({ service }) => service === 'gateway');
    const { body: made } = await owner('POST', '/v1/keys', { principal: { kind: 'user', id: 'olga' } });
    const knows = (isKnown: boolean) =>
      Promise.all(
        gateways.map(({ port }) => {
          const olga = caller(`http://127.0.0.1:${port}`, made.key);
          return until(
            () => olga('GET', '/v1/tools/look'),
            ({ status }) => (status === 401) !== isKnown,
          );
        }),
      );
    await knows(true);
    expect((await owner('DELETE', `/v1/keys/${made.id}`)).status).toBe(204);
    await knows(false);
    for (const { port } of gateways) {
      const at = caller(`http://127.0.0.1:${port}`, running.cluster.ownerKey);
      expect((await at('POST', '/v1/tool-calls', call('look'))).status).toBe(200);
      await until(
        () => at('GET', '/readyz'),
        ({ status }) => status === 200,
      );
    }
  });

  it('serve OpenIntent’s paths at every gateway, and void a permit when what it rests on is revoked', async () => {
    const [one, other] = running.cluster.instances.filter(({ service }) => service === 'gateway');
    await owner('PUT', '/v1/agents/lead', { owner: 'ann' });
    const keyFor = async (id: string): Promise<string> =>
      (await owner('POST', '/v1/keys', { principal: { kind: 'agent', id } })).body.key;
    const [lead, writer] = [await keyFor('lead'), await keyFor('writer')];
    const at = (port: number, key: string, agent: string) => {
      const headers = { 'x-api-key': key, 'x-agent-id': agent };
      return (method: string, path: string, body?: unknown, more = {}) =>
        caller(`http://127.0.0.1:${port}`, key)(method, path, body, { ...headers, ...more });
    };
    const [leads, writes] = [at(one!.port, lead, 'lead'), at(other!.port, writer, 'writer')];
    expect(
      (await caller(`http://127.0.0.1:${one!.port}`, '')('GET', '/.well-known/openintent.json')).status,
    ).toBe(200);
    const { status, body: made } = await leads('POST', '/api/v1/intents', { title: 'Report' });
    expect(status).toBe(201);
    const intent = `/api/v1/intents/${made.id}`;
    expect(await writes('GET', intent)).toMatchObject({ status: 404, body: { error: 'not_found' } });
    const entry = { principal_id: 'writer', permission: 'write' };
    const { body: granted } = await leads('POST', `${intent}/acl/entries`, entry);
    expect(await leads('POST', `${intent}/acl/entries`, entry)).toMatchObject({
      status: 409,
      body: { error: 'already_exists', detail: expect.any(String) },
    });
    const patches = [{ op: 'set', path: 'progress', value: 1 }];
    expect(await writes('POST', `${intent}/state`, { patches }, { 'if-match': '1' })).toMatchObject({
      status: 200,
      body: { version: 2, state: { progress: 1 } },
    });
    const onIntent = { ...call('look'), intent_id: made.id };
    const permitted = await writes('POST', '/v1/tool-calls', onIntent);
    expect(permitted.status).toBe(200);
    expect((await leads('DELETE', `${intent}/acl/entries/${granted.id}`)).status).toBe(204);
    const permit = { permit: permitted.body.permit.token, arguments: {} };
    expect((await writes('POST', '/v1/permits/redeem', permit)).status).toBe(410);
    expect((await writes('GET', intent)).status).toBe(404);
  });

  it('serve the governance and the leases of a work intent at every gateway', async () => {
    const [one, other] = running.cluster.instances.filter(({ service }) => service === 'gateway');
    const { body: key } = await owner('POST', '/v1/keys', { principal: { kind: 'agent', id: 'lead' } });
    const leads = caller(`http://127.0.0.1:${one!.port}`, key.key);
    const owns = caller(`http://127.0.0.1:${other!.port}`, running.cluster.ownerKey);
    const policy = { completion_mode: 'require_approval', max_cost: 10 };
    const { body: made } = await leads('POST', '/api/v1/intents', {
      title: 'Report',
      governance_policy: policy,
    });
    const intent = `/api/v1/intents/${made.id}`;
    const step = (to: string, version: number) =>
      leads('POST', `${intent}/status`, { status: to }, { 'if-match': String(version) });
    expect((await step('active', 1)).status).toBe(200);
    const cost = { cost_type: 'tokens', amount: 11, unit: 'tokens' };
    const broken = (rule: string) => ({ status: 403, body: { error: 'governance_violation', rule } });
    expect(await leads('POST', `${intent}/costs`, cost)).toMatchObject(broken('max_cost'));
    expect(await step('completed', 2)).toMatchObject(broken('completion_mode'));
    const { body: asked } = await leads('POST', `${intent}/approvals`, { action: 'complete' });
    const { body: lease } = await leads('POST', `${intent}/leases`, { scope: '*', duration_seconds: 60 });
    const patches = [{ op: 'set', path: 'a', value: 1 }];
    expect(await owns('PATCH', `${intent}/state`, { patches }, { 'if-match': '2' })).toMatchObject({
      status: 409,
      body: { error: 'lease_conflict', existing_lease: { id: lease.id, agent_id: 'lead' } },
    });
    expect((await owns('POST', `${intent}/approvals/${asked.id}/approve`)).status).toBe(200);
    expect(await step('completed', 2)).toMatchObject({ status: 200, body: { status: 'completed' } });
    const removed = await leads('DELETE', `${intent}/governance`, undefined, { 'if-match': '3' });
    expect(removed).toMatchObject({ status: 200, body: { governance_policy: null } });
  });

  it('go by a plan from its answer on, whichever gateway and meter-service is asked', async () => {
    const gateways = running.cluster.instances.filter(({ service }) => service === 'gateway');
    const [one, other] = gateways.map(({ port }) => {
      return caller(`http://127.0.0.1:${port}`, running.cluster.ownerKey);
    }) as [Call, Call];
    const counters = { tool_calls: {}, tool_cost: {}, evaluations_run: { limit: 9, strict: true } };
    const planned = (more: object) => one('PUT', '/v1/plans/team', { counters, ...more });
    await planned({ flags: { sso: true } });
    expect((await one('PUT', '/v1/organizations/default/plan', { plan: 'team' })).status).toBe(200);
    await one('PUT', '/v1/tools/sign-in', declared({ required_flags: ['sso'] }));
    const permitted = await other('POST', '/v1/tool-calls', call('sign-in'));
    expect(permitted.status).toBe(200);
    const throttles = [
      { mode: 'include', endpoints: [['get', '/v1/groups']], bucket: { capacity: 2, rate: 1 } },
    ];
    expect((await planned({ flags: { sso: false }, throttles })).status).toBe(200);
    expect(await other('POST', '/v1/tool-calls', call('sign-in'))).toMatchObject({
      status: 403,
      body: { reasons: [{ layer: 'plan', code: 'flag_off' }] },
    });
    const permit = { permit: permitted.body.permit.token, arguments: {} };
    expect((await other('POST', '/v1/permits/redeem', permit)).status).toBe(410);
    const listed = await Promise.all([one, other, one, other, one].map((ask) => ask('GET', '/v1/groups')));
    expect(listed.map(({ status }) => status).sort()).toEqual([200, 200, 429, 429, 429]);
    const { body: report } = await one('POST', '/v1/usage', { key: 'evaluations_run', amount: 5 });
    const refund = { key: 'evaluations_run', amount: -3, refund_of: report.id };
    const refunds = await Promise.all([one, other].map((ask) => ask('POST', '/v1/usage', refund)));
    expect(refunds.map(({ body }) => body.left).sort()).toEqual([0, 2]);
    const flushes = await Promise.all([one, other].map((ask) => ask('POST', '/admin/spans/flush')));
    expect(flushes.map(({ status }) => status)).toEqual([200, 200]);
    await one('PUT', '/v1/organizations/default/plan', { plan: 'unlimited' });
  });

  it('take nobody’s key behind the gateway', async () => {
    const behind = running.cluster.instances.filter(({ service }) => service !== 'gateway');
    for (const { port } of behind) {
      const direct = caller(`http://127.0.0.1:${port}`, running.cluster.ownerKey);
      expect(await direct('GET', '/v1/parked')).toMatchObject({
        status: 401,
        body: { code: 'unauthenticated' },
      });
    }
  });

  it('hear agents on Kafka as they do over HTTP', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const key = { public_key: publicKey.export({ format: 'jwk' }) };
    expect((await owner('POST', '/v1/agents/writer/signing-keys', key)).status).toBe(201);
    const agent = connect({
      kafka: {
        brokers: running.brokers.split(','),
        agentId: 'writer',
        organization: 'default',
        privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
      },
    });
    const result = await agent.guard(
      { tool: 'look', arguments: { n: 1 }, reason: 'a person asked' },
      ({ arguments: { n } }) => n + 1,
    );
    await agent.close();
    expect(result).toMatchObject({ verdict: 'executed', value: 2 });
  });

  it('go on when an instance of each has been killed and another has come', async () => {
    for (const service of ['gateway', 'policy-engine', 'meter-service', 'approval-service'] as const) {
      const instance = running.cluster.instances.find((one) => one.service === service);
      await running.cluster.replace(instance!);
    }
    const decided = () => owner('POST', '/v1/tool-calls', call('look'));
    await until(decided, ({ status }) => status === 200);
  }, 120_000);
});
