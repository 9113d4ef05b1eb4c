import type { Call } from '@countersign/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { announcement, type Installation, registerBasics, startInstallation } from './installation.ts';

let installation: Installation;
let creator: Call;
let helper: Call;
let lead: Call;

beforeAll(async () => {
  installation = await startInstallation();
  await registerBasics(installation);
  for (const id of ['creator', 'lead'])
    await installation.owner('PUT', `/v1/agents/${id}`, { owner: 'alice' });
  [creator, helper, lead] = await Promise.all([
    installation.as('agent', 'creator'),
    installation.as('agent', 'helper'),
    installation.as('agent', 'lead'),
  ]);
});

const intents = '/api/v1/intents';
const made = async (): Promise<string> => (await creator('POST', intents, { title: 'Report' })).body.id;
const grant = async (id: string, agent: string, more: object = {}): Promise<string> => {
  const entry = { principal_id: agent, permission: 'write', ...more };
  return (await creator('POST', `${intents}/${id}/acl/entries`, entry)).body.id;
};
const revoke = (id: string, entry: string) => creator('DELETE', `${intents}/${id}/acl/entries/${entry}`);
const announce = (tool: string, intent_id: string) =>
  helper('POST', '/v1/tool-calls', announcement(tool, 'a', { intent_id }));
const redeem = (call: { permit: { token: string } }) =>
  helper('POST', '/v1/permits/redeem', { permit: call.permit.token, arguments: { path: 'a' } });
const ended = async (id: string) => {
  for (;;) {
    const { body } = await helper('GET', `/v1/tool-calls/${id}?wait_ms=5000`);
    if (body.status === 'blocked') return body;
  }
};

describe('a work intent', () => {
  it('O-INT-1: says its version in the entity tag, as a change of it names it', async () => {
    const { headers, body } = await creator('POST', intents, { title: 'Report' });
    const url = `${intents}/${body.id}`;
    let tag = headers.get('etag');
    expect([tag, (await creator('GET', url)).headers.get('etag')]).toEqual(['"1"', '"1"']);
    for (const [path, change] of [
      ['state', { patches: [{ op: 'set', path: 'a', value: 1 }] }],
      ['status', { status: 'active' }],
    ] as const) {
      const stale = String(tag);
      const changed = await creator('PATCH', `${url}/${path}`, change, { 'if-match': stale });
      expect(changed.status).toBe(200);
      tag = changed.headers.get('etag');
      expect(tag).toBe(`"${changed.body.version}"`);
      const again = await creator('PATCH', `${url}/${path}`, change, { 'if-match': stale });
      expect([again.status, again.body.current_version]).toEqual([409, changed.body.version]);
    }
    expect(tag).toBe('"3"');
  });
});

describe('a call that names a work intent', () => {
  it('needs to write on it', async () => {
    const id = await made();
    const denied = { status: 403, body: { code: 'denied', reasons: [{ code: 'access_missing' }] } };
    expect(await announce('read-file', id)).toMatchObject(denied);
    const entry = await grant(id, 'helper', { permission: 'read' });
    expect(await announce('read-file', id)).toMatchObject(denied);
    await revoke(id, entry);
    await grant(id, 'helper');
    expect(await announce('read-file', id)).toMatchObject({ status: 200, body: { verdict: 'allow' } });
  });

  it('needs nothing more where that is a label of the caller', async () => {
    expect((await announce('read-file', 'just-a-label')).status).toBe(200);
  });

  it('O-LSE-2: holds a permit that falls at once with what it rests on', async () => {
    const id = await made();
    const entry = await grant(id, 'helper');
    const { body: call } = await announce('read-file', id);
    expect((await revoke(id, entry)).status).toBe(204);
    expect(await redeem(call)).toMatchObject({ status: 410, body: { code: 'void' } });
    expect(await ended(call.id)).toMatchObject({
      reasons: [{ layer: 'access', code: 'right_revoked' }],
    });
  });

  it('falls with what was delegated, and is not revived by another grant', async () => {
    const id = await made();
    const entry = await grant(id, 'lead', { delegate: { max_depth: 1 } });
    const handedOn = { agent_id: 'helper', permission: 'write' };
    expect((await lead('POST', `${intents}/${id}/delegate`, handedOn)).status).toBe(201);
    const { body: call } = await announce('read-file', id);
    await revoke(id, entry);
    await grant(id, 'helper');
    expect((await ended(call.id)).reasons).toMatchObject([{ layer: 'access', code: 'right_revoked' }]);
    expect((await announce('read-file', id)).status).toBe(200);
  });

  it('falls when a grant runs out, whether it is permitted or waits for a human', async () => {
    const id = await made();
    await grant(id, 'helper', { expires_at: new Date(Date.now() + 5_000).toISOString() });
    const permitted = await announce('read-file', id);
    const waiting = await announce('delete-file', id);
    expect([permitted.status, waiting.status]).toEqual([200, 202]);
    expect((await ended(permitted.body.id)).reasons).toMatchObject([{ code: 'right_revoked' }]);
    expect((await ended(waiting.body.id)).reasons).toMatchObject([
      { layer: 'approval', code: 'right_revoked' },
      {},
    ]);
    expect((await redeem(permitted.body)).status).toBe(410);
  });

  it('falls when its agent is granted less than the list leaves open, permitted or waiting', async () => {
    const id = await made();
    const open = { default_policy: 'open', default_permission: 'write' };
    expect((await creator('PUT', `${intents}/${id}/acl`, open)).status).toBe(200);
    const permitted = await announce('read-file', id);
    const waiting = await announce('delete-file', id);
    expect([permitted.status, waiting.status]).toEqual([200, 202]);
    const entry = await grant(id, 'helper', { permission: 'read' });
    await revoke(id, entry);
    for (const { body } of [permitted, waiting])
      expect((await ended(body.id)).reasons[0]).toMatchObject({ code: 'right_revoked' });
    expect((await redeem(permitted.body)).status).toBe(410);
  });

  it('falls with the membership that it rests on', async () => {
    const id = await made();
    const members = [{ kind: 'agent', id: 'helper' }];
    const group = await installation.owner('PUT', '/v1/groups/writers', { members });
    expect(group.status).toBe(201);
    await grant(id, 'writers', { principal_type: 'group' });
    const { body: call } = await announce('read-file', id);
    await installation.owner('PUT', '/v1/groups/writers', { members: [] });
    expect((await ended(call.id)).reasons).toMatchObject([{ layer: 'access', code: 'right_revoked' }]);
  });
});

describe('what is told of a work intent', () => {
  it('is among the events only for who may read the audit trail', async () => {
    await made();
    const types = encodeURIComponent('workintent.created,acl.created,acl.granted');
    const { body: all } = await installation.owner('GET', `/v1/events?types=${types}`);
    expect(all.items.length).toBeGreaterThan(0);
    expect((await creator('GET', `/v1/events?types=${types}`)).body.items).toEqual([]);
    expect((await helper('GET', `/v1/events?subject=${all.items[0].subject}`)).body.items).toEqual([]);
  });

  it('survives a restart, with who may do what', async () => {
    const id = await made();
    await grant(id, 'helper');
    installation = await installation.restart('kill');
    helper = await installation.as('agent', 'helper');
    const { status, body } = await helper('GET', `${intents}/${id}`);
    expect([status, body.title]).toEqual([200, 'Report']);
  });
});
