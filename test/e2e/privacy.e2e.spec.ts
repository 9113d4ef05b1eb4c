import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { routes } from '@countersign/contracts';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  announcement,
  type Call,
  caller,
  type Installation,
  registerBasics,
  startInstallation,
} from './installation.ts';

/**
 * Marked values in every free-text and personal field of every route, refused ones included; then a search of every
 * file of the data directory, the log and the metrics for them. Clear by contract 5: ids, tool definitions, policies,
 * plans.
 */
let installation: Installation;
let agent: Call;
let olga: Call;
const planted: string[] = [];

/** A value that occurs nowhere else. */
const mark = (where: string): string => {
  const value = `MARK-${where}-${planted.length}-Zoë`;
  planted.push(value);
  return value;
};

beforeAll(async () => {
  installation = await startInstallation({ COUNTERSIGN_LOG_LEVEL: 'trace' });
  await registerBasics(installation);
  agent = await installation.as('agent', 'helper');
  olga = await installation.as('user', 'olga');
});

const call = async (tool: string, more: object = {}) => {
  const { body } = await agent('POST', '/v1/tool-calls', {
    agent_id: 'helper',
    tool_name: tool,
    arguments: { path: mark('argument') },
    reason: mark('reason'),
    reasoning: mark('reasoning'),
    ...more,
  });
  return body;
};

/** Everything that the installation keeps or says outside of answers. */
function traces(): Map<string, Buffer> {
  const found = new Map<string, Buffer>([['log', Buffer.from(installation.process.output())]]);
  const { dataDirectory } = installation.process;
  for (const name of readdirSync(dataDirectory)) {
    if (statSync(join(dataDirectory, name)).isFile())
      found.set(name, readFileSync(join(dataDirectory, name)));
  }
  return found;
}

describe('free text and personal data', () => {
  it('are in answers for who may read them, and nowhere else in the clear', async () => {
    const { owner } = installation;
    await owner('PUT', '/v1/users/zoe', { display_name: mark('user-name'), roles: [] });
    await owner('PUT', '/v1/agents/noter', { owner: 'zoe', display_name: mark('agent-name') });
    await owner('POST', '/v1/agents/noter/disable', { reason: mark('disable') });
    await owner('POST', '/v1/agents/noter/enable', { reason: mark('enable') });
    await owner('POST', '/v1/keys', { principal: { kind: 'user', id: 'zoe' }, name: mark('key-name') });
    const { body: drill } = await owner('POST', '/v1/kill-switches', {
      scope: 'agent',
      target: 'noter',
      reason: mark('kill'),
      drill: true,
    });
    await owner('POST', `/v1/kill-switches/${drill.id}/release`, { reason: mark('release') });

    const allowed = await call('read-file', { redeem: true });
    await agent('POST', `/v1/tool-calls/${allowed.id}/outcome`, {
      permit: allowed.permit.token,
      success: false,
      result: { text: mark('result') },
      error: mark('error'),
    });
    const asked = await call('delete-file');
    const digest = { arguments_digest: asked.arguments_digest };
    await olga('POST', `/v1/approvals/${asked.id}/decision`, {
      decision: 'deny',
      reason: mark('vote'),
      ...digest,
    });
    const approved = await call('delete-file');
    await olga('POST', `/v1/approvals/${approved.id}/decision`, {
      decision: 'approve',
      reason: mark('approve'),
      arguments_digest: approved.arguments_digest,
    });
    // Refused: recorded ones, and ones that never become calls.
    await call('no-such-tool');
    await call('read-file', { user_id: 'zoe' });
    await call('read-file', { arguments: { other: mark('bad-argument'), [mark('argument-name')]: 1 } });
    await agent('POST', '/v1/tool-calls', {
      ...announcement('read-file', mark('unknown-field')),
      [mark('field')]: mark('value'),
    });
    await agent('POST', '/v1/tool-calls', { agent_id: mark('bad-id'), reason: 7 });
    await agent('GET', `/v1/tool-calls/${encodeURIComponent(mark('path'))}`);
    await agent('GET', `/v1/tool-calls?status=${encodeURIComponent(mark('query'))}`);
    await caller(installation.process.url, mark('not-a-key').slice(0, 12))('GET', '/v1/agents');
    await agent('POST', '/v1/permits/redeem', {
      permit: mark('permit'),
      arguments: { path: mark('redeemed') },
    });
    for (const route of Object.values(routes)) {
      if (!('body' in route)) continue;
      const path = route.path.replaceAll(/\{\w+\}/g, 'some-id');
      await agent(route.method, path, {
        reason: mark(route.operationId),
        display_name: mark('name'),
        text: mark('text'),
      });
    }

    const { body: timeline } = await olga('GET', `/v1/tool-calls/${allowed.id}/timeline`);
    expect(JSON.stringify(timeline)).toContain(planted.find((value) => value.startsWith('MARK-result')));

    const metrics = await (await fetch(`${installation.process.url}/metrics`)).text();
    const all = traces().set('metrics', Buffer.from(metrics));
    expect([...all.keys()]).toEqual(expect.arrayContaining(['ledger.sqlite', 'views.sqlite', 'keys.sqlite']));
    const leaks: string[] = [];
    for (const [name, bytes] of all) {
      for (const value of planted) {
        for (const form of [
          value,
          value.slice(0, -4),
          Buffer.from(value).toString('base64url').slice(0, 20),
          encodeURIComponent(value),
        ]) {
          if (bytes.includes(form)) leaks.push(`${name}: ${form}`);
        }
      }
    }
    expect(planted.length).toBeGreaterThan(60);
    expect(leaks).toEqual([]);
  });
});
