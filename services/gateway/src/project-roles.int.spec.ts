import { beforeEach, describe, expect, it } from 'vitest';
import type { Answer, Caller } from './testing/caller.ts';
import { announcement, registerBasics } from './testing/registered.ts';
import { startGateway } from './testing/running-gateway.ts';

/** Two projects with an agent each, and one person for each role in the project `web`. */
async function projects() {
  const gateway = await startGateway();
  await registerBasics(gateway);
  const people: { [role: string]: Caller } = {};
  for (const role of ['viewer', 'developer', 'operator']) {
    await gateway.owner('PUT', `/v1/users/${role}`, { roles: [{ scope: { project: 'web' }, role }] });
    people[role] = await gateway.as('user', role);
  }
  const calls: { [agent: string]: string } = {};
  for (const [id, project] of Object.entries({ 'web-bot': 'web', 'ops-bot': 'ops' })) {
    await gateway.owner('PUT', `/v1/agents/${id}`, { owner: 'alice', project });
    const agent = await gateway.as('agent', id);
    calls[id] = (await agent('POST', '/v1/tool-calls', announcement({ agent_id: id }))).body.id;
  }
  return { gateway, ...(people as { viewer: Caller; developer: Caller; operator: Caller }), calls };
}

let at: Awaited<ReturnType<typeof projects>>;
beforeEach(async () => {
  at = await projects();
});

const statuses = async (...answers: Promise<Answer>[]) =>
  (await Promise.all(answers)).map(({ status }) => status);
const ids = ({ body }: Answer) => body.items.map(({ id }: { id: string }) => id);

describe('a role in a project', () => {
  it('shows the calls of its agents, and hides those of others', async () => {
    const { viewer, calls } = at;
    expect(ids(await viewer('GET', '/v1/tool-calls'))).toEqual([calls['web-bot']]);
    const read = (id?: string, what = '') => viewer('GET', `/v1/tool-calls/${id}${what}`);
    expect(await statuses(read(calls['web-bot']), read(calls['ops-bot']))).toEqual([200, 404]);
    expect(await statuses(read(calls['web-bot'], '/timeline'), read(calls['ops-bot'], '/timeline'))).toEqual([
      200, 404,
    ]);
  });

  it('opens the words of its calls to who reads the trail there', async () => {
    const { viewer, operator, calls } = at;
    const requested = async (caller: Caller) =>
      (await caller('GET', `/v1/tool-calls/${calls['web-bot']}/timeline`)).body.items[1];
    expect((await requested(operator)).data).toHaveProperty('arguments');
    expect((await requested(viewer)).data).not.toHaveProperty('arguments');
  });

  it('shows its agents, and hides others', async () => {
    const { viewer } = at;
    expect(ids(await viewer('GET', '/v1/agents'))).toEqual(['web-bot']);
    expect(await statuses(viewer('GET', '/v1/agents/web-bot'), viewer('GET', '/v1/agents/ops-bot'))).toEqual([
      200, 404,
    ]);
  });

  it('manages its agents, and can neither take one from another project nor put one there', async () => {
    const { developer } = at;
    const put = (id: string, project?: string) =>
      developer('PUT', `/v1/agents/${id}`, { owner: 'alice', ...(project ? { project } : {}) });
    expect(await statuses(put('new-bot', 'web'), put('web-bot', 'web'))).toEqual([201, 200]);
    expect(await statuses(put('ops-bot', 'web'), put('web-bot', 'ops'), put('another'))).toEqual([
      404, 403, 403,
    ]);
    const disable = (id: string) => developer('POST', `/v1/agents/${id}/disable`, { reason: 'a test' });
    expect(await statuses(disable('web-bot'), disable('ops-bot'))).toEqual([200, 404]);
  });

  it('announces for its agents, and not for others', async () => {
    const announce = (agent_id: string) => at.developer('POST', '/v1/tool-calls', announcement({ agent_id }));
    expect(await statuses(announce('web-bot'), announce('ops-bot'))).toEqual([200, 403]);
  });

  it('stops its agents and lets them go again, and nothing else', async () => {
    const { operator } = at;
    const engage = (scope: string, target: string) =>
      operator('POST', '/v1/kill-switches', { scope, target, reason: 'a test' });
    const engaged = await engage('agent', 'web-bot');
    expect(engaged.status).toBe(201);
    expect(
      await statuses(engage('agent', 'ops-bot'), engage('tool', 'read-file'), engage('user', 'alice')),
    ).toEqual([403, 403, 403]);
    const { body: foreign } = await at.gateway.owner('POST', '/v1/kill-switches', {
      scope: 'agent',
      target: 'ops-bot',
      reason: 'a test',
    });
    expect(ids(await operator('GET', '/v1/kill-switches'))).toEqual([engaged.body.id]);
    const release = (id: string) => operator('POST', `/v1/kill-switches/${id}/release`, { reason: 'a test' });
    expect(await statuses(release(engaged.body.id), release(foreign.id))).toEqual([200, 404]);
  });

  it('says nothing of the organization', async () => {
    const { viewer, operator, developer } = at;
    expect(await statuses(viewer('GET', '/v1/users'), operator('GET', '/v1/tools'))).toEqual([403, 403]);
    const tool = { description: 'x', input_schema: { type: 'object' }, action: 'read' };
    expect(await statuses(developer('PUT', '/v1/tools/mine', tool))).toEqual([403]);
  });
});

it('a role in the workspace holds in its projects', async () => {
  const { gateway, calls } = at;
  const roles = [{ scope: { workspace: 'default' }, role: 'operator' }];
  await gateway.owner('PUT', '/v1/users/wanda', { roles });
  const wanda = await gateway.as('user', 'wanda');
  expect(ids(await wanda('GET', '/v1/tool-calls')).sort()).toEqual(Object.values(calls).sort());
  const stop = { scope: 'agent', target: 'ops-bot', reason: 'a test' };
  expect(
    await statuses(wanda('GET', '/v1/agents/ops-bot'), wanda('POST', '/v1/kill-switches', stop)),
  ).toEqual([200, 201]);
});

it('a role in another workspace holds nowhere', async () => {
  const { gateway } = at;
  await gateway.owner('PUT', '/v1/users/walt', { roles: [{ scope: { workspace: 'x' }, role: 'viewer' }] });
  const walt = await gateway.as('user', 'walt');
  expect(ids(await walt('GET', '/v1/tool-calls'))).toEqual([]);
  expect(await statuses(walt('GET', '/v1/agents/web-bot'), walt('GET', '/v1/tools'))).toEqual([404, 403]);
});
