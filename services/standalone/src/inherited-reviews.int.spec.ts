import { expect, it } from 'vitest';
import { accessWorld } from './testing/access-world.ts';

const ASKS = { requested_permission: 'admin', reason: 'I administer the namespace' };
const APPROVE = { on_request: 'approve', approvers: ['user:nina', 'operator'], timeout_hours: 4 };

/** A namespace of nina, whose review lets everybody in, and a work intent of the agent `maker` in it. */
async function world() {
  const { nina, olga, maker, worker, owner } = await accessWorld();
  const namespace = '/api/v1/namespaces/finance';
  await nina('POST', '/api/v1/namespaces', { namespace: 'finance' });
  const writes = await nina('POST', `${namespace}/acl/entries`, {
    ...{ principal_id: 'maker', permission: 'write' },
  });
  expect(writes.status).toBe(201);
  const made = await maker('POST', '/api/v1/intents', { title: 'Secret', namespace: 'finance' });
  expect(made.status).toBe(201);
  expect((await nina('PUT', `${namespace}/access-review`, APPROVE)).status).toBe(200);
  return { nina, olga, maker, worker, owner, namespace, intent: `/api/v1/intents/${made.body.id}` };
}

it('the review of a namespace holds on the work intents in it that leave their list to it', async () => {
  const { worker, maker, nina, intent } = await world();
  expect((await maker('GET', `${intent}/access-review`)).body).toEqual(APPROVE);
  expect((await worker('POST', `${intent}/access-requests`, ASKS)).body).toMatchObject({
    ...{ status: 'approved', permission: 'admin', decision: { decided_by: 'on_request' } },
  });
  expect((await nina('GET', intent)).status).toBe(200);
});

it.each([
  ['closed', { default_policy: 'closed', entries: [] }],
  ['open to readers', { default_policy: 'open', default_permission: 'read', entries: [] }],
])(
  'who administers a namespace gets and decides nothing by its review on what is %s there',
  async (_, list) => {
    const { nina, olga, maker, worker, intent } = await world();
    expect((await maker('PUT', `${intent}/acl`, list)).status).toBe(200);
    const path = `${intent}/access-requests`;
    const asked = await nina('POST', path, ASKS);
    expect(asked).toMatchObject({ status: 201, body: { status: 'pending' } });
    const other = await worker('POST', path, { requested_permission: 'read', reason: 'a secret' });
    expect(other.body.status).toBe('pending');
    for (const by of [nina, olga]) {
      for (const verb of ['approve', 'deny'])
        expect([403, 404]).toContain((await by('POST', `${path}/${other.body.id}/${verb}`, {})).status);
      expect(JSON.stringify((await by('GET', '/v1/access-requests')).body)).not.toContain('a secret');
    }
    expect((await maker('GET', `${intent}/acl`)).body.entries).toEqual([]);
    expect((await maker('GET', `${intent}/access-review`)).body).toEqual({
      ...{ on_request: 'defer', approvers: [], timeout_hours: 24 },
    });
    const children = { title: 'Part', namespace: 'finance', parent_intent_id: intent.split('/').at(-1) };
    const child = await maker('POST', '/api/v1/intents', { ...children, inherit_access: true });
    expect(child.status).toBe(201);
    const below = await nina('POST', `/api/v1/intents/${child.body.id}/access-requests`, ASKS);
    expect(below.body.status).toBe('pending');
  },
);

it.each([
  ['themselves', { principal_id: 'nina', principal_type: 'user' }],
  ['by a group', { principal_id: 'desk', principal_type: 'group' }],
])(
  'whom the list of a work intent names, %s, has what it says and no more by the review above',
  async (_, whom) => {
    const { nina, maker, worker, owner, intent, namespace } = await world();
    await owner('PUT', '/v1/groups/desk', { members: [{ kind: 'user', id: 'nina' }] });
    const entry = { ...whom, permission: 'read' };
    expect((await maker('POST', `${intent}/acl/entries`, entry)).status).toBe(201);
    const path = `${intent}/access-requests`;
    expect((await nina('POST', path, ASKS)).body.status).toBe('pending');
    await nina('PUT', `${namespace}/access-review`, { ...APPROVE, on_request: 'defer' });
    const other = await worker('POST', path, { requested_permission: 'read' });
    expect((await nina('POST', `${path}/${other.body.id}/approve`, {})).status).toBe(403);
  },
);

it('who administers for a time makes nobody an approver of the work intent whom only the namespace names', async () => {
  const { maker, worker, intent } = await world();
  const expires_at = new Date(Date.now() + 3_600_000).toISOString();
  const entry = { principal_id: 'worker', permission: 'admin', expires_at };
  expect((await maker('POST', `${intent}/acl/entries`, entry)).status).toBe(201);
  expect((await worker('PUT', `${intent}/access-review`, APPROVE)).status).toBe(403);
  const shut = { ...APPROVE, on_request: 'deny', approvers: [] };
  expect((await worker('PUT', `${intent}/access-review`, shut)).status).toBe(200);
});
