import { generateKeyPairSync } from 'node:crypto';
import { connect } from '@countersign/sdk';
import { type Call, caller } from '@countersign/testing';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type RunningCluster, runCluster, until } from './testing/running-cluster.ts';

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
