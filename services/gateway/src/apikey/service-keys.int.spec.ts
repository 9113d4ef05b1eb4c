import { DEFAULT_ROLES } from '@countersign/access';
import { beforeEach, expect, it } from 'vitest';
import { type Caller, callerOf } from '../testing/caller.ts';
import { type RunningGateway, startGateway } from '../testing/running-gateway.ts';

let gateway: RunningGateway;
let keymaster: Caller;
beforeEach(async () => {
  const permissions = ['read', 'manage_keys', 'call_tools'];
  const organization = [...DEFAULT_ROLES.organization, { role: 'keymaster', permissions }];
  gateway = await startGateway({ roles: { ...DEFAULT_ROLES, organization } });
  const roles = [{ scope: { organization: 'default' }, role: 'keymaster' }];
  await gateway.owner('PUT', '/v1/users/kim', { roles });
  keymaster = await gateway.as('user', 'kim');
});

const keyOf = (id: string, by: Caller = keymaster) =>
  by('POST', '/v1/keys', { principal: { kind: 'service', id } });
const rotate = (id: string) => keymaster('POST', `/v1/keys/${id}/rotate`, {});

it('a service that somebody else has made a key of is nobody that a maker of keys may become', async () => {
  const { body: old } = await keyOf('billing', gateway.owner);
  expect(await keyOf('billing')).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  expect((await rotate(old.id)).status).toBe(403);
  await gateway.owner('DELETE', `/v1/keys/${old.id}`);
  expect((await keyOf('billing')).status).toBe(403);
  expect((await keyOf('billing', gateway.owner)).status).toBe(201);
});

it('a service that is new, or of whose keys all are the own, gets another', async () => {
  const { status, body } = await keyOf('ci');
  expect(status).toBe(201);
  expect((await keyOf('ci')).status).toBe(201);
  expect((await rotate(body.id)).status).toBe(201);
});

const entryOf = (kind: string, id: string) => ({
  ...{ id: `of-${id}`, principal: { kind, id }, level: 'write', delegable: null, parent: null },
  ...{ granted_by: { kind: 'agent', id: 'maker' }, granted_at: '2026-11-21T12:00:00.000Z', expires_at: null },
});

it('a service without a key that access lists or groups know is nobody that a maker of keys may become', async () => {
  await gateway.standIns.listsAccess('default', 'intent-1', [entryOf('service', 'reporter')]);
  await gateway.owner('PUT', '/v1/groups/board', { members: [{ kind: 'service', id: 'auditor' }] });
  await gateway.settled();
  for (const id of ['reporter', 'auditor']) {
    expect(await keyOf(id)).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect((await keyOf(id, gateway.owner)).status).toBe(201);
  }
  expect((await keyOf('other')).status).toBe(201);
});

it('a service that a list has come to know gives another key to who has one in force, and to nobody after', async () => {
  const { body: first } = await keyOf('reporter');
  await gateway.standIns.listsAccess('default', 'intent-1', [entryOf('service', 'reporter')]);
  await gateway.settled();
  const { body: second, status } = await keyOf('reporter');
  expect(status).toBe(201);
  for (const { id } of [first, second]) await gateway.owner('DELETE', `/v1/keys/${id}`);
  expect((await keyOf('reporter')).status).toBe(403);
});

it('somebody new whom an access review names already is registered by nobody but who holds everything', async () => {
  const permissions = ['read', 'manage_users', 'manage_agents', 'call_tools'];
  const organization = [...DEFAULT_ROLES.organization, { role: 'hr', permissions }];
  gateway = await startGateway({ roles: { ...DEFAULT_ROLES, organization } });
  await gateway.owner('PUT', '/v1/users/dana', {
    roles: [{ scope: { organization: 'default' }, role: 'hr' }],
  });
  const dana = await gateway.as('user', 'dana');
  await gateway.standIns.reviewsAccess('default', 'intent-1', 'agent:gatekeeper', 'user:zoe', 'bob');
  await gateway.settled();
  expect(await dana('PUT', '/v1/agents/gatekeeper', {})).toMatchObject({
    status: 403,
    body: { detail: expect.stringContaining('access reviews') },
  });
  for (const user of ['zoe', 'bob'])
    expect((await dana('POST', '/v1/invitations', { user, roles: [] })).status).toBe(403);
  // A name alone is of no agent.
  expect((await dana('PUT', '/v1/agents/bob', {})).status).toBe(201);
  await gateway.standIns.reviewsAccess('default', 'intent-1', 'user:zoe');
  await gateway.settled();
  expect((await dana('PUT', '/v1/agents/gatekeeper', {})).status).toBe(201);
  expect((await dana('POST', '/v1/invitations', { user: 'bob', roles: [] })).status).toBe(201);
  expect((await gateway.owner('POST', '/v1/invitations', { user: 'zoe', roles: [] })).status).toBe(201);
});

it('who is named somewhere else a moment before is claimed at no gateway that has yet to hear of it', async () => {
  const permissions = ['read', 'manage_users', 'manage_agents', 'manage_keys', 'call_tools'];
  const organization = [...DEFAULT_ROLES.organization, { role: 'hr', permissions }];
  gateway = await startGateway({ roles: { ...DEFAULT_ROLES, organization } });
  await gateway.owner('PUT', '/v1/users/dana', {
    roles: [{ scope: { organization: 'default' }, role: 'hr' }],
  });
  const late = await startGateway({ beside: gateway, roles: { ...DEFAULT_ROLES, organization } });
  const { body } = await gateway.owner('POST', '/v1/keys', { principal: { kind: 'user', id: 'dana' } });
  await late.settled();
  const dana = callerOf(late.app, body.key);
  late.board.hold();
  await gateway.standIns.listsAccess('default', 'intent-1', [
    ...[entryOf('agent', 'new-bot'), entryOf('service', 'reporter'), entryOf('user', 'zoe')],
  ]);
  await gateway.standIns.reviewsAccess('default', 'intent-1', 'agent:gatekeeper');
  const answers = [
    dana('PUT', '/v1/agents/new-bot', {}),
    dana('PUT', '/v1/agents/gatekeeper', {}),
    dana('POST', '/v1/invitations', { user: 'zoe', roles: [] }),
    keyOf('reporter', dana),
  ];
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  await late.board.release();
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([403, 403, 403, 403]);
});

it('somebody new whom a list names already is registered by nobody but who holds everything', async () => {
  const roles = ['developer', 'hr'].map((role) => ({ scope: { organization: 'default' }, role }));
  const organization = [
    ...DEFAULT_ROLES.organization,
    { role: 'hr', permissions: ['read', 'manage_users', 'call_tools'] },
  ];
  gateway = await startGateway({ roles: { ...DEFAULT_ROLES, organization } });
  await gateway.owner('PUT', '/v1/users/dana', { roles });
  const dana = await gateway.as('user', 'dana');
  await gateway.standIns.listsAccess('default', 'intent-1', [
    entryOf('agent', 'helper'),
    entryOf('user', 'zoe'),
  ]);
  await gateway.settled();
  expect((await dana('PUT', '/v1/agents/helper', {})).status).toBe(403);
  expect((await dana('PUT', '/v1/agents/other', {})).status).toBe(201);
  expect((await dana('POST', '/v1/invitations', { user: 'zoe', roles: [] })).status).toBe(403);
  expect((await dana('POST', '/v1/invitations', { user: 'tim', roles: [] })).status).toBe(201);
  expect((await gateway.owner('PUT', '/v1/agents/helper', {})).status).toBe(201);
  expect((await dana('PUT', '/v1/agents/helper', { owner: 'owner', acts_for: [] })).status).toBe(200);
});
