import { ownerKeyFile, readOwnerKey } from '@countersign/hosting';
import { expect, it } from 'vitest';
import { install } from './testing/installed.ts';

/** One question a day. */
const PLANS = {
  careful: {
    counters: {
      tool_calls: {},
      tool_cost: {},
      approvals_requested: { limit: 1, strict: true, period: 'daily' },
    },
    gauges: { users: {}, active_agents: {}, concurrent_calls: {} },
  },
};

it('a call beyond the questions of the plan is refused at once, and nobody is asked', async () => {
  const { installation, directory } = await install({
    COUNTERSIGN_ACCESS_PLANS: JSON.stringify(PLANS),
    COUNTERSIGN_ACCESS_DEFAULT_PLAN: 'careful',
  });
  await installation.start();
  const ownerKey = readOwnerKey(ownerKeyFile(directory)) ?? '';
  const ask = async (method: 'GET' | 'PUT' | 'POST', url: string, body?: object, key = ownerKey) => {
    const answer = await installation.app.inject({
      method,
      url,
      headers: { authorization: `Bearer ${key}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { payload: JSON.stringify(body) } : {}),
    });
    return { status: answer.statusCode, headers: answer.headers, body: answer.json() };
  };
  await ask('PUT', '/v1/users/alice', { roles: [] });
  await ask('PUT', '/v1/agents/helper', { owner: 'alice' });
  await ask('PUT', '/v1/tools/wipe', {
    description: 'Empties a disk',
    action: 'delete',
    destructive: true,
    input_schema: { type: 'object' },
  });
  const { key } = (await ask('POST', '/v1/keys', { principal: { kind: 'agent', id: 'helper' } })).body;
  const call = { agent_id: 'helper', tool_name: 'wipe', arguments: {}, reason: 'to make room' };

  expect(await ask('POST', '/v1/tool-calls', call, key)).toMatchObject({ status: 202 });
  const refused = await ask('POST', '/v1/tool-calls', call, key);
  expect(refused).toMatchObject({ status: 429, body: { code: 'over_quota' } });
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  const id = String(refused.body.tool_call_id);
  expect(await ask('GET', `/v1/approvals/${id}`)).toMatchObject({ status: 404 });
  const { items } = (await ask('GET', `/v1/tool-calls/${id}/timeline`)).body;
  const types = items.map(({ type }: { type: string }) => type);
  expect(types).toContain('agent.quota.denied');
  expect(types).not.toContain('agent.approval.requested');
  expect(types.at(-1)).toBe('agent.safety.blocked');
});
