import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createMemoryEventStore } from '@countersign/event-store/memory';
import { makeSelfSigned } from '@countersign/event-store-grpc';
import { type LocalCluster, startLocalCluster } from '@countersign/infra-kafka';
import { createPublisher } from '@countersign/message-bus';
import { createKafkaBus, createKafkaPublisher, type KafkaSecurity } from '@countersign/message-bus-kafka';
import { PROOF_KEY } from '@countersign/message-bus-kafka/testing';
import { connect } from '@countersign/sdk';
import { type TemporaryDirectory, temporaryDirectory } from '@countersign/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningCluster, runCluster, until } from './testing/running-cluster.ts';

const { certificate, key } = makeSelfSigned(new Date());
const accounts = { countersign: 'of-the-services', agents: 'of-the-agents', admin: 'of-admin' };

let directory: TemporaryDirectory;
let kafka: LocalCluster;
let running: RunningCluster;

beforeAll(async () => {
  directory = await temporaryDirectory();
  const file = (name: string, text: string) => {
    const path = join(directory.path, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  kafka = await startLocalCluster({ secured: { certificate, key, accounts } });
  const ca = file('ca.pem', certificate);
  const administer = (job: string, ...args: string[]) => {
    const program = fileURLToPath(new URL(`../../../infra/kafka/src/${job}.ts`, import.meta.url));
    const env = {
      KAFKA_BROKERS: kafka.securedBrokers!,
      KAFKA_TLS: 'on',
      KAFKA_CA_FILE: ca,
      KAFKA_SASL_MECHANISM: 'scram-sha-256',
      KAFKA_USERNAME: 'admin',
      KAFKA_PASSWORD_FILE: file('admin', accounts.admin),
    };
    const { stdout, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8', env });
    return stdout || stderr;
  };
  expect(administer('topics-main')).toMatch(/^created agent\.intents, /);
  const allowed = administer('acls-main', '--services', 'countersign', '--agents', 'agents');
  expect(allowed).toBe('allowed countersign, agents\n');
  running = await runCluster(
    kafka.brokers,
    {},
    {
      brokers: kafka.securedBrokers!,
      settings: {
        COUNTERSIGN_KAFKA_TLS: 'on',
        COUNTERSIGN_KAFKA_CA_FILE: ca,
        COUNTERSIGN_KAFKA_SASL_MECHANISM: 'scram-sha-512',
        COUNTERSIGN_KAFKA_USERNAME: 'countersign',
        COUNTERSIGN_KAFKA_PASSWORD_FILE: file('password', `${accounts.countersign}\n`),
      },
    },
  );
  const { owner } = running;
  await owner('PUT', '/v1/users/ann', { roles: [] });
  await owner('PUT', '/v1/agents/writer', { owner: 'ann', acts_for: ['ann'] });
  await owner('PUT', '/v1/tools/look', {
    description: 'a tool',
    input_schema: { type: 'object' },
    action: 'read',
  });
}, 120_000);
afterAll(async () => {
  await running?.close();
  await kafka?.stop();
  await directory?.[Symbol.asyncDispose]();
});

describe('brokers with TLS, accounts and rights', () => {
  const as = (
    username: string,
    password: string,
    mechanism: 'plain' | 'scram-sha-256' = 'scram-sha-256',
  ) => ({
    brokers: running.brokers.split(','),
    clientId: 'somebody',
    proofKey: PROOF_KEY,
    security: { tls: { ca: certificate }, sasl: { mechanism, username, password } } satisfies KafkaSecurity,
  });
  const forged = {
    id: '01900000-0000-7000-8000-000000000001',
    type: 'agent.quota.reserved',
    topic: 'agent.quota',
    service: 'meter-service',
    subject: 'meter-default-1',
    sequence: 1,
    position: 1,
    time: '2026-11-01T10:00:00.000Z',
    organization: 'default',
    data: {},
  };
  const publishAs = async (options: ReturnType<typeof as>) => {
    const publisher = createKafkaPublisher(options);
    const published = await publisher.publish([forged]);
    await publisher.close();
    return published;
  };

  it('have all five services on them, who decide, and read what was put aside', async () => {
    const asked = { agent_id: 'writer', tool_name: 'look', arguments: {}, reason: 'a person asked' };
    for (const { service, port } of running.cluster.instances) {
      const ready = () => fetch(`http://127.0.0.1:${port}/readyz`).then(async (answer) => answer.status);
      await expect.poll(ready, { timeout: 20_000, message: service }).toBe(200);
    }
    const allowed = () => running.owner('POST', '/v1/tool-calls', asked);
    // The default policy is put in force by a reaction.
    const { body } = await until(allowed, ({ status }) => status === 200);
    expect(body).toMatchObject({ verdict: 'allow' });
    expect(await running.owner('GET', '/v1/dead-letters')).toMatchObject({
      status: 200,
      body: { items: [] },
    });
  });

  it('let agents say what they want and hear what becomes of it', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const jwk = { public_key: publicKey.export({ format: 'jwk' }) };
    expect((await running.owner('POST', '/v1/agents/writer/signing-keys', jwk)).status).toBe(201);
    const agent = connect({
      kafka: {
        brokers: running.brokers.split(','),
        agentId: 'writer',
        organization: 'default',
        privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
        ssl: { ca: certificate },
        sasl: { mechanism: 'plain', username: 'agents', password: accounts.agents },
      },
    });
    const result = await agent.guard(
      { tool: 'look', arguments: { n: 1 }, reason: 'a person asked' },
      () => 2,
    );
    await agent.close();
    expect(result).toMatchObject({ verdict: 'executed', value: 2 });
  });

  it('let agents write for no service, and take no work of one', async () => {
    const agents = as('agents', accounts.agents);
    expect(await publishAs(agents)).toMatchObject({
      kind: 'unknown',
      detail: expect.stringMatching(/not authorized/i),
    });
    const errors: string[] = [];
    const log = {
      error: (detail: object) => void errors.push(JSON.stringify(detail)),
      warn() {},
      debug() {},
    };
    const own = { store: createMemoryEventStore(), publisher: createPublisher([]), log };
    const bus = createKafkaBus({ ...agents, ...own });
    const joining = bus.consume({ group: 'gateway.verdicts.v1', topics: ['agent.tool'] }, () => {});
    await expect.poll(() => errors.join(), { timeout: 20_000 }).toContain('Not authorized to access group');
    expect(bus.problems()).toEqual(['group "gateway.verdicts.v1" has not joined its group']);
    await joining.close();
    const listening = bus.consume({ group: 'agent-default-writer-1', topics: ['agent.quota'] }, () => {});
    expect(await listening.ended).toMatchObject({ message: expect.stringMatching(/not authorized/i) });
    await bus.close();
  });

  it('know nobody by a wrong password, which is told to nobody', async () => {
    const wrong = 'wrong-password';
    for (const mechanism of ['plain', 'scram-sha-256'] as const) {
      const lines: string[] = [];
      const keep = (detail: object, text: string) => void lines.push(`${text} ${JSON.stringify(detail)}`);
      const log = { error: keep, warn: keep, debug: keep };
      const published = await publishAs({ ...as('countersign', wrong, mechanism), log } as ReturnType<
        typeof as
      >);
      expect(published).toMatchObject({ kind: 'unknown', detail: expect.stringMatching(/authentication/i) });
      expect(JSON.stringify([lines, published])).not.toContain(wrong);
      expect(lines.length).toBeGreaterThan(0);
    }
  });

  it('take what the services’ account writes, which is believed for its proof alone', async () => {
    expect(await publishAs(as('countersign', accounts.countersign))).toEqual({ kind: 'acknowledged' });
    const letters = () => running.owner('GET', '/v1/dead-letters?topic=agent.quota');
    const { body } = await until(letters, ({ body }) => body.items.length > 0);
    expect(body.items[0].errors[0]).toMatchObject({ code: 'unproven' });
  });
});
