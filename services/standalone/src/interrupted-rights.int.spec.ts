import { describe, expect, it } from 'vitest';
import { type Ask, accessWorld } from './testing/access-world.ts';

const READ = {
  ...{ description: 'Reads', action: 'read' },
  input_schema: { type: 'object', properties: { path: { type: 'string' } }, additionalProperties: false },
};
const WORKER = { kind: 'agent', id: 'worker' };
const crew = (owner: Ask, ...members: readonly object[]) => owner('PUT', '/v1/groups/crew', { members });
/** The agent `worker` and the user `olga` in a group that may write on the work intent. */
async function world() {
  const known = await accessWorld();
  const { owner, maker, intent, id } = known;
  const members = [WORKER, { kind: 'user', id: 'olga' }];
  await crew(owner, ...members);
  const entry = { principal_id: 'crew', principal_type: 'group', permission: 'write' };
  expect((await maker('POST', `${intent}/acl/entries`, entry)).status).toBe(201);
  await owner('PUT', '/v1/tools/read', READ);
  await owner('PUT', '/v1/tools/asked', { ...READ, requires_approval: true });
  const call = (tool_name: string) =>
    known.worker('POST', '/v1/tool-calls', {
      ...{ agent_id: 'worker', tool_name, arguments: { path: 'a' }, reason: 'a test', intent_id: id },
    });
  return { ...known, members, call };
}

describe('an agent that leaves a group and comes back', () => {
  it('has what waited and what was permitted void, and what is called afterwards allowed', async () => {
    const { owner, call, members } = await world();
    const [waiting, permitted] = [await call('asked'), await call('read')];
    expect([waiting.status, permitted.status]).toEqual([202, 200]);
    await crew(owner, ...members, { kind: 'agent', id: 'maker' });
    await crew(owner, members[1] as object);
    await crew(owner, ...members);
    for (const { id } of [waiting.body, permitted.body]) {
      const { body } = await owner('GET', `/v1/tool-calls/${id}?wait_ms=30000`);
      expect(body.status).toBe('blocked');
    }
    const { body } = await owner('GET', `/v1/tool-calls/${permitted.body.id}`);
    expect(body.reasons).toMatchObject([{ layer: 'access', code: 'right_revoked' }]);
    expect((await call('read')).status).toBe(200);
  });

  it('stays where another joins', async () => {
    const { owner, call, members, worker } = await world();
    const permitted = await call('read');
    await crew(owner, ...members, { kind: 'agent', id: 'maker' });
    const permit = { permit: permitted.body.permit.token, arguments: { path: 'a' } };
    expect((await worker('POST', '/v1/permits/redeem', permit)).status).toBe(200);
  });
});
