import { describe, expect, it } from 'vitest';
import { type Asked, install } from './testing/installed.ts';

type Ask = (method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: string, body?: object) => Promise<Asked>;

/** A work intent of `maker` that `lead` administers, who may hand that on, and that it has handed on to `deputy`. */
async function world() {
  const installed = await install();
  await installed.installation.start();
  const owner: Ask = (method, path, body) => installed.ask(method, path, 'owner', body);
  const agentOf = async (id: string): Promise<Ask> => {
    await owner('PUT', `/v1/agents/${id}`, { owner: 'owner' });
    const made = await owner('POST', '/v1/keys', { principal: { kind: 'agent', id } });
    return (method, path, body) => installed.ask(method, path, made.body.key, body);
  };
  await owner('PUT', '/v1/tools/read-file', {
    ...{ description: 'Reads', action: 'read' },
    input_schema: { type: 'object', properties: { path: { type: 'string' } }, additionalProperties: false },
  });
  const [maker, lead, deputy, worker] = [
    await agentOf('maker'),
    await agentOf('lead'),
    await agentOf('deputy'),
    await agentOf('worker'),
  ];
  const made = await maker('POST', '/api/v1/intents', { title: 'Secret' });
  const intent = `/api/v1/intents/${made.body.id}`;
  const entry = { principal_id: 'lead', permission: 'admin', delegate: { max_depth: 2 } };
  const root = await maker('POST', `${intent}/acl/entries`, entry);
  const handedOn = await lead('POST', `${intent}/delegate`, { agent_id: 'deputy', permission: 'admin' });
  expect([root.status, handedOn.status]).toEqual([201, 201]);
  return {
    ...{ owner, maker, lead, deputy, worker, intent, made: made.body.id as string },
    ...{ root: root.body.id as string, handedOn: handedOn.body.id as string },
  };
}

const WRITE = { requested_permission: 'write' };

describe('access that an administrator by delegation gives who asks for it', () => {
  it('falls, with the permits that rest on it, when that which was delegated is revoked', async () => {
    const { lead, deputy, worker, intent, made, root, handedOn, maker } = await world();
    const asked = await worker('POST', `${intent}/access-requests`, WRITE);
    const approved = await deputy('POST', `${intent}/access-requests/${asked.body.id}/approve`, {});
    expect(approved).toMatchObject({ status: 200, body: { status: 'approved', permission: 'write' } });
    const { entries } = (await lead('GET', `${intent}/acl`)).body;
    expect(entries).toMatchObject([
      { id: root },
      { id: handedOn, delegated_from: root },
      { id: approved.body.entry_id, delegated_from: handedOn, granted_by: 'deputy', delegate: null },
    ]);
    const call = await worker('POST', '/v1/tool-calls', {
      ...{ agent_id: 'worker', tool_name: 'read-file', arguments: { path: 'a' }, reason: 'a test' },
      intent_id: made,
    });
    expect(call).toMatchObject({ status: 200, body: { verdict: 'allow' } });
    expect((await maker('DELETE', `${intent}/acl/entries/${root}`)).status).toBe(204);
    expect((await worker('GET', intent)).status).toBe(404);
    const permit = { permit: call.body.permit.token, arguments: { path: 'a' } };
    expect((await worker('POST', '/v1/permits/redeem', permit)).status).toBe(410);
  });

  it('is nothing that they could not delegate', async () => {
    const { lead, deputy, worker, intent, handedOn, maker } = await world();
    expect((await lead('DELETE', `${intent}/acl/entries/${handedOn}`)).status).toBe(204);
    const narrow = { agent_id: 'deputy', permission: 'admin', max_depth: 0 };
    expect((await lead('POST', `${intent}/delegate`, narrow)).status).toBe(201);
    const asked = await worker('POST', `${intent}/access-requests`, WRITE);
    const path = `${intent}/access-requests/${asked.body.id}/approve`;
    expect((await deputy('POST', path, {})).status).toBe(403);
    expect((await lead('POST', path, {})).status).toBe(200);
    expect((await maker('GET', `${intent}/acl`)).body.entries).toMatchObject([
      { principal_id: 'lead' },
      { principal_id: 'deputy' },
      { principal_id: 'worker', delegated_from: null },
    ]);
  });

  it('is not left to whom they choose, nor given to everybody who asks', async () => {
    const { lead, deputy, intent } = await world();
    const review = { on_request: 'approve', approvers: [], timeout_hours: 4 };
    const path = `${intent}/access-review`;
    expect((await deputy('PUT', path, review)).status).toBe(403);
    const others = { ...review, on_request: 'defer', approvers: ['agent:worker'] };
    expect((await deputy('PUT', path, others)).status).toBe(403);
    expect((await deputy('PUT', path, { ...review, on_request: 'deny' })).status).toBe(200);
    expect((await lead('PUT', path, others)).status).toBe(200);
  });
});
