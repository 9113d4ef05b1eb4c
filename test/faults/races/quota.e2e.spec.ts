import { beforeAll, describe, expect, it } from 'vitest';
import { type Client, createClient, expectAnswer, keyFor, listAll } from '../client.ts';
import { announcement, registerBasics } from '../registrations.ts';
import { CROWD, race, startArena, tally, warmUp } from './crowd.ts';

const LIMIT = 40;
const USED_BEFORE = 13;
const REST = LIMIT - USED_BEFORE;

const { standalone, owner } = await startArena();
let agent: Client;

beforeAll(async () => {
  await registerBasics(owner);
  const quota = { limit: LIMIT, strict: true, scope: 'organization', period: 'yearly' };
  await expectAnswer(owner('PUT', '/v1/plans/small', { body: { counters: { tool_calls: quota } } }), 201);
  await expectAnswer(owner('PUT', '/v1/organizations/default/plan', { body: { plan: 'small' } }), 200);
  agent = createClient(standalone.url, await keyFor(owner, 'agent', 'helper'));
  await warmUp(agent);
});

const call = (more: object = {}) =>
  agent('POST', '/v1/tool-calls', { body: announcement('read-file', 'a', more) });

describe(`${CROWD} clients and the rest of one quota`, () => {
  it('admits exactly the rest, and what is given back once more', async () => {
    for (let used = 0; used < USED_BEFORE; used += 1) await expectAnswer(call(), 200);
    const answers = await race((client) => call({ redeem: client % 2 === 0 }));
    expect(tally(answers)).toEqual({ 200: REST, '429 over_quota': CROWD - REST });

    const admitted = answers.filter(({ status }) => status === 200).slice(0, 5);
    for (const { body } of admitted) {
      const { id, permit } = body;
      const outcome = { permit: permit?.token, success: false, executed: false };
      await agent('POST', `/v1/tool-calls/${id}/outcome`, { body: outcome });
    }
    const again = await race(() => call());
    expect(tally(again)).toEqual({ 200: admitted.length, '429 over_quota': CROWD - admitted.length });

    const events = await listAll(owner, '/v1/events?types=agent.tool.authorized');
    expect(events).toHaveLength(LIMIT + admitted.length);
    const { items = [] } = await expectAnswer(owner('GET', '/v1/meters?scope=organization:default'), 200);
    expect(items.find(({ key }) => key === 'tool_calls')).toMatchObject({ limit: LIMIT, overrun: 0 });
  });
});
