import { copyFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { startStoreServer } from '@countersign/event-store-grpc/testing';
import { startCluster } from '@countersign/infra-cluster';
import { createTopics, startLocalCluster, topicDefinitions } from '@countersign/infra-kafka';
import { startStandalone, temporaryDirectory } from '@countersign/testing';
import { expect, it, vi } from 'vitest';
import { countersign } from '../faults/cli.ts';
import { type Body, type Client, createClient, expectAnswer, listAll } from '../faults/client.ts';
import { ownerOf, registerTenants } from '../faults/kill-rounds/tenants.ts';
import { announcement } from '../faults/registrations.ts';

const TIMEOUT_MS = 600_000;
const PATIENCE_MS = 120_000;
/** Nothing lapses while it is moved. */
const SETTINGS = {
  COUNTERSIGN_PERMIT_TTL_MS: '3600000',
  COUNTERSIGN_OUTCOME_TTL_MS: '3600000',
  COUNTERSIGN_DECISION_TIMEOUT_MS: '30000',
};
const QUOTA = 3;
const READ = { path: 'a' };

/** What a process that is still catching up does not know yet, it knows a moment later. */
const eventually = (ask: () => Promise<Body>) => vi.waitFor(ask, { timeout: PATIENCE_MS, interval: 250 });

it(
  'goes on as a cluster where one process has left off: permits, questions, quotas and what is sealed',
  async () => {
    await using directory = await temporaryDirectory();
    await using started = new AsyncDisposableStack();
    const at = (...names: string[]) => join(directory.path, ...names);
    const standalone = await startStandalone({ dataDirectory: at('data'), env: SETTINGS });
    started.defer(() => standalone.kill());
    const { metered } = await registerTenants(standalone.url, standalone.ownerKey, QUOTA);
    const agentBefore = createClient(standalone.url, metered.agentKey);
    const announce = (agent: Client, tool: string) =>
      agent('POST', '/v1/tool-calls', { body: announcement(tool, READ.path) });
    const permitted = await expectAnswer(announce(agentBefore, 'read-file'), 200);
    const asked = await expectAnswer(announce(agentBefore, 'ask-first'), 202);
    await standalone.stop();

    const kafka = await startLocalCluster();
    started.defer(() => kafka.stop());
    await createTopics(kafka.brokers, topicDefinitions());
    const store = await startStoreServer({ directory: at('store') });
    started.defer(() => store.stop());
    const words = ['migrate', at('data'), '--eventstore', store.url, '--vault', at('cluster', 'vault')];
    const moved = await countersign(words);
    expect(moved.code, moved.stderr).toBe(0);
    // The keys of the installation come along; those that only a cluster has are made.
    await countersign(['cluster', 'init', at('cluster', 'keys')]);
    await rename(at('cluster', 'vault', 'master.key'), at('cluster', 'keys', 'master.key'));
    await copyFile(at('data', 'owner.key'), at('cluster', 'keys', 'owner.key'));
    const cluster = await startCluster({
      brokers: kafka.brokers,
      eventStoreUrl: store.url,
      directory: at('cluster'),
      instances: {},
      settings: SETTINGS,
    });
    started.defer(() => cluster.kill());

    const agent = createClient(cluster.url, metered.agentKey);
    const owner = ownerOf(metered, cluster.url, cluster.ownerKey);
    // What an agent has in its hands is worth the same, once.
    const permit = { permit: permitted.permit!.token, arguments: READ };
    const redeem = (status: number) =>
      expectAnswer(agent('POST', '/v1/permits/redeem', { body: permit }), status);
    await eventually(() => redeem(200));
    expect(await redeem(409)).toMatchObject({ code: 'permit_redeemed' });
    // A human answers what was asked before, having seen what was sealed then.
    const shown = await expectAnswer(owner('GET', `/v1/approvals/${asked.id}`), 200);
    expect(shown).toMatchObject({ state: 'waiting', arguments: READ, reason: 'a test' });
    const decision = { decision: 'approve', reason: 'fine', arguments_digest: asked.arguments_digest };
    const olga = createClient(cluster.url, metered.operatorKey);
    await expectAnswer(olga('POST', `/v1/approvals/${asked.id}/decision`, { body: decision }), 200);
    const approved = () => expectAnswer(agent('GET', `/v1/tool-calls/${asked.id}`), 200);
    await eventually(async () => {
      const call = await approved();
      expect(call.status).toBe('authorized');
      return call;
    });
    // Two of three are held: one more is allowed, and no other.
    await expectAnswer(announce(agent, 'read-file'), 200);
    expect(await expectAnswer(announce(agent, 'read-file'), 429)).toMatchObject({ code: 'over_quota' });
    // One history, of before and after.
    const timeline = await expectAnswer(owner('GET', `/v1/tool-calls/${permitted.id}/timeline`), 200);
    expect(timeline.items?.map(({ type }) => type)).toEqual([
      'agent.decision.made',
      'agent.tool.requested',
      'agent.tool.evaluated',
      'agent.quota.reserved',
      'agent.tool.authorized',
      'agent.permit.redeemed',
    ]);
    expect(await listAll(owner, '/v1/parked')).toEqual([]);
  },
  TIMEOUT_MS,
);
