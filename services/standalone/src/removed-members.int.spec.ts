import { describe, expect, it } from 'vitest';
import { type Asked, install } from './testing/installed.ts';

type Ask = (method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: string, body?: object) => Promise<Asked>;

const WRITE = { permission: 'write' };

/** An installation with a work intent of the agent `maker`, and with the agent `helper` of the owner. */
async function world() {
  const installed = await install();
  await installed.installation.start();
  const owner: Ask = (method, path, body) => installed.ask(method, path, 'owner', body);
  const keyFor = async (kind: string, id: string): Promise<Ask> => {
    const made = await owner('POST', '/v1/keys', { principal: { kind, id } });
    return (method, path, body) => installed.ask(method, path, made.body.key, body);
  };
  for (const id of ['maker', 'helper']) await owner('PUT', `/v1/agents/${id}`, { owner: 'owner' });
  await owner('PUT', '/v1/tools/read-file', {
    ...{ description: 'Reads', action: 'read' },
    input_schema: { type: 'object', properties: { path: { type: 'string' } }, additionalProperties: false },
  });
  const [maker, helper] = [await keyFor('agent', 'maker'), await keyFor('agent', 'helper')];
  const intentOf = async (ask: Ask) =>
    `/api/v1/intents/${(await ask('POST', '/api/v1/intents', { title: 'Secret' })).body.id}`;
  const alice = async () => {
    const roles = [{ scope: { organization: 'default' }, role: 'viewer' }];
    await owner('PUT', '/v1/users/alice', { roles });
    return keyFor('user', 'alice');
  };
  const called = (intent: string) =>
    helper('POST', '/v1/tool-calls', {
      ...{ agent_id: 'helper', tool_name: 'read-file', arguments: { path: 'a' }, reason: 'a test' },
      intent_id: intent.split('/').at(-1),
    });
  return { installed, owner, maker, helper, alice, called, intentOf, intent: await intentOf(maker) };
}

describe('somebody who was removed', () => {
  it('has nothing that an access list gave, also when the id is registered anew', async () => {
    const { owner, maker, alice, intentOf, intent, installed } = await world();
    const first = await alice();
    const entry = { principal_id: 'alice', principal_type: 'user', ...WRITE, delegate: { max_depth: 1 } };
    await maker('POST', `${intent}/acl/entries`, entry);
    const own = await intentOf(first);
    const open = await intentOf(maker);
    await maker('PUT', `${open}/acl`, { default_policy: 'open', entries: [entry] });
    expect((await first('POST', `${open}/events`, { event_type: 'comment' })).status).toBe(201);
    expect([(await first('GET', intent)).status, (await first('GET', own)).status]).toEqual([200, 200]);
    expect((await owner('DELETE', '/v1/users/alice')).status).toBe(204);
    const second = await alice();
    expect([(await second('GET', intent)).status, (await second('GET', own)).status]).toEqual([404, 404]);
    expect((await maker('GET', `${intent}/acl`)).body.entries).toEqual([]);
    // A list that is open to readers lets in readers, who hand on nothing of what was held before.
    expect((await second('GET', open)).status).toBe(200);
    expect((await second('POST', `${open}/events`, { event_type: 'comment' })).status).toBe(403);
    expect((await second('POST', `${open}/delegate`, { agent_id: 'helper', ...WRITE })).status).toBe(403);
    expect((await maker('POST', `${intent}/acl/entries`, entry)).status).toBe(201);
    expect((await second('POST', `${intent}/events`, { event_type: 'comment' })).status).toBe(201);
    expect((await owner('GET', own)).status).toBe(200);
    const restarted = await installed.again();
    await restarted.installation.start();
    const { body } = await restarted.ask('GET', `${own}/context`, 'owner');
    expect(body.peers).toEqual([]);
  });

  it('leaves no permit that rests on what they delegated', async () => {
    const { owner, maker, helper, alice, called, intent } = await world();
    const first = await alice();
    const entry = { principal_id: 'alice', principal_type: 'user', ...WRITE, delegate: { max_depth: 1 } };
    await maker('POST', `${intent}/acl/entries`, entry);
    await first('POST', `${intent}/delegate`, { agent_id: 'helper', ...WRITE });
    const call = await called(intent);
    expect(call).toMatchObject({ status: 200, body: { verdict: 'allow' } });
    await owner('DELETE', '/v1/users/alice');
    await alice();
    const permit = { permit: call.body.permit.token, arguments: { path: 'a' } };
    expect((await helper('POST', '/v1/permits/redeem', permit)).status).toBe(410);
    expect(await called(intent)).toMatchObject({
      status: 403,
      body: { reasons: [{ code: 'access_missing' }] },
    });
  });
});

describe('a group that was removed', () => {
  it('gives its members nothing, also when the id is registered anew', async () => {
    const { owner, maker, helper, called, intent } = await world();
    const members = [{ kind: 'agent', id: 'helper' }];
    await owner('PUT', '/v1/groups/writers', { members });
    await maker('POST', `${intent}/acl/entries`, {
      ...{ principal_id: 'writers', principal_type: 'group' },
      ...WRITE,
    });
    const call = await called(intent);
    expect(call.status).toBe(200);
    expect((await owner('DELETE', '/v1/groups/writers')).status).toBe(204);
    expect((await owner('PUT', '/v1/groups/writers', { members })).status).toBe(201);
    expect((await helper('GET', intent)).status).toBe(404);
    const permit = { permit: call.body.permit.token, arguments: { path: 'a' } };
    expect((await helper('POST', '/v1/permits/redeem', permit)).status).toBe(410);
  });
});

describe('a request for access of somebody who was removed', () => {
  it('ends with them, so that nobody gives it to who has the id now', async () => {
    const { owner, maker, helper, alice, intent } = await world();
    const first = await alice();
    const path = `${intent}/access-requests`;
    const { id } = (await first('POST', path, { requested_permission: 'write' })).body;
    const other = (await helper('POST', path, { requested_permission: 'read' })).body;
    expect((await owner('DELETE', '/v1/users/alice')).status).toBe(204);
    const second = await alice();
    const approved = await maker('POST', `${path}/${id}/approve`, {});
    expect([200, 410]).toContain(approved.status);
    for (;;) {
      const requests = (await maker('GET', path)).body.access_requests;
      const of = (which: string) => requests.find((one: { id: string }) => one.id === which);
      if (of(id).status === 'pending') continue;
      expect(of(id)).toMatchObject({ status: 'denied', decision: { decided_by: 'deny_rule' } });
      expect(of(other.id)).toMatchObject({ status: 'pending' });
      break;
    }
    expect((await second('GET', intent)).status).toBe(404);
    const again = await second('POST', path, { requested_permission: 'read' });
    expect(again).toMatchObject({ status: 201, body: { status: 'pending' } });
    expect((await maker('POST', `${path}/${again.body.id}/approve`, {})).status).toBe(200);
    expect((await second('GET', intent)).status).toBe(200);
  });

  it('is decided by nobody who has the id of an approver now, until the review names them anew', async () => {
    const { owner, maker, helper, alice, intent } = await world();
    const review = { on_request: 'defer', approvers: ['user:alice', 'crew'], timeout_hours: 4 };
    await alice();
    await owner('PUT', '/v1/groups/crew', { members: [{ kind: 'user', id: 'alice' }] });
    await maker('PUT', `${intent}/access-review`, review);
    const asked = await helper('POST', `${intent}/access-requests`, { requested_permission: 'read' });
    const path = `${intent}/access-requests/${asked.body.id}/approve`;
    expect((await owner('DELETE', '/v1/users/alice')).status).toBe(204);
    expect((await owner('DELETE', '/v1/groups/crew')).status).toBe(204);
    const second = await alice();
    await owner('PUT', '/v1/groups/crew', { members: [{ kind: 'user', id: 'alice' }] });
    const entry = { principal_id: 'alice', principal_type: 'user', permission: 'read' };
    expect((await maker('POST', `${intent}/acl/entries`, entry)).status).toBe(201);
    expect((await second('POST', path, {})).status).toBe(403);
    expect((await maker('PUT', `${intent}/access-review`, review)).status).toBe(200);
    expect(await second('POST', path, {})).toMatchObject({ status: 200, body: { decided_by: 'alice' } });
  });
});
