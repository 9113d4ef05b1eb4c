import { describe, expect, it } from 'vitest';
import { READ_FILE, registerBasics } from './testing/registered.ts';
import { startGateway } from './testing/running-gateway.ts';

async function started() {
  const gateway = await startGateway();
  return { gateway, ...(await registerBasics(gateway)) };
}

const pointersOf = ({ errors }: { errors: { pointer: string }[] }) => errors.map(({ pointer }) => pointer);

describe('an agent', () => {
  it('is registered, changed and shown; the same again changes nothing', async () => {
    const { gateway } = await started();
    const body = { display_name: 'Bot', owner: 'alice', acts_for: ['alice', 'olga'], project: 'web' };
    const first = await gateway.owner('PUT', '/v1/agents/bot', body);
    expect(first).toMatchObject({ status: 201, body: { id: 'bot', ...body, enabled: true } });
    const { acceptedPosition } = gateway.store;
    expect(await gateway.owner('PUT', '/v1/agents/bot', body)).toEqual({
      ...first,
      status: 200,
      headers: expect.anything(),
    });
    expect(gateway.store.acceptedPosition).toBe(acceptedPosition);
    const renamed = await gateway.owner('PUT', '/v1/agents/bot', { ...body, display_name: 'Robot' });
    expect(renamed).toMatchObject({ status: 200, body: { display_name: 'Robot' } });
  });

  it('has what is set for it by who administers users, and keeps it when it is registered anew', async () => {
    const { gateway } = await started();
    const access = { default_permission: 'read', approval_required: true };
    const before = await gateway.owner('GET', '/v1/agents/helper');
    expect(before.body).toMatchObject({ default_permission: null, approval_required: false });
    const set = await gateway.owner('PUT', '/v1/agents/helper/access', access);
    expect(set).toMatchObject({ status: 200, body: { id: 'helper', ...access } });
    const { acceptedPosition } = gateway.store;
    expect((await gateway.owner('PUT', '/v1/agents/helper/access', access)).status).toBe(200);
    expect(gateway.store.acceptedPosition).toBe(acceptedPosition);
    await gateway.owner('PUT', '/v1/agents/helper', { owner: 'alice', display_name: 'Another' });
    expect((await gateway.owner('GET', '/v1/agents/helper')).body).toMatchObject(access);
    const nobody = await gateway.owner('PUT', '/v1/agents/nobody/access', access);
    expect(nobody).toMatchObject({ status: 404 });
  });

  it('is not given more by who may only register it', async () => {
    const { gateway } = await started();
    await gateway.owner('PUT', '/v1/users/dora', {
      roles: [{ scope: { organization: 'default' }, role: 'developer' }],
    });
    const dora = await gateway.as('user', 'dora');
    const body = { default_permission: 'admin', approval_required: false };
    const asked = await dora('PUT', '/v1/agents/helper/access', body);
    expect(asked).toMatchObject({ status: 403, body: { required_permission: 'manage_intents' } });
  });

  it('moves its updated_at also when it is disabled and enabled', async () => {
    const { gateway } = await started();
    const shown = async () => (await gateway.owner('GET', '/v1/agents/helper')).body;
    const { created_at } = await shown();
    const times: string[] = [];
    for (const step of ['disable', 'enable']) {
      await gateway.pass(1_000);
      const { status, body } = await gateway.owner('POST', `/v1/agents/helper/${step}`, { reason: 'a test' });
      expect([status, body.enabled]).toEqual([200, step === 'enable']);
      times.push((await shown()).updated_at);
      expect(body).toMatchObject({ created_at, updated_at: times.at(-1) });
    }
    expect(times).toEqual([1_000, 2_000].map((ms) => new Date(Date.parse(created_at) + ms).toISOString()));
  });

  it('of nobody in particular belongs to the person who registers it', async () => {
    const { gateway } = await started();
    expect((await gateway.owner('PUT', '/v1/agents/mine', {})).body).toMatchObject({
      owner: 'owner',
      acts_for: ['owner'],
      project: 'default',
    });
  });

  it('that nobody registered is not found', async () => {
    const { gateway } = await started();
    for (const [method, url] of [
      ['GET', '/v1/agents/nobody'],
      ['POST', '/v1/agents/nobody/disable'],
    ] as const) {
      const answer = await gateway.owner(method, url, method === 'POST' ? { reason: 'x' } : undefined);
      expect(answer).toMatchObject({ status: 404, body: { code: 'not_found' } });
    }
  });
});

describe('a tool', () => {
  it('has a version and a hash for every definition', async () => {
    const { gateway } = await started();
    const put = (change: object = {}) =>
      gateway.owner('PUT', '/v1/tools/read-file', { ...READ_FILE, ...change });
    const { body: first } = await put();
    expect(first).toMatchObject({ name: 'read-file', version: 1 });
    const { body: second } = await put({ cost_micros: 5 });
    expect(second.version).toBe(2);
    expect(second.definition_hash).not.toBe(first.definition_hash);
    expect((await put()).body).toMatchObject({ version: 3, definition_hash: first.definition_hash });
  });

  it('that is withdrawn is gone, and comes back as a new version', async () => {
    const { gateway } = await started();
    expect((await gateway.owner('DELETE', '/v1/tools/read-file')).status).toBe(204);
    expect((await gateway.owner('GET', '/v1/tools/read-file')).status).toBe(404);
    expect((await gateway.owner('GET', '/v1/tools')).body.items).toEqual([]);
    expect((await gateway.owner('PUT', '/v1/tools/read-file', READ_FILE)).body.version).toBe(2);
  });

  it('O-MCP-1: is offered to agents over no address of MCP yet', async () => {
    const { gateway, agent } = await started();
    for (const caller of [agent, gateway.owner])
      expect(await caller('POST', '/mcp', { jsonrpc: '2.0', id: 1, method: 'tools/list' })).toMatchObject({
        status: 404,
      });
  });

  it('is refused with everything that is wrong with it at once', async () => {
    const { gateway } = await started();
    const { status, body } = await gateway.owner('PUT', '/v1/tools/bad', {
      description: 'x',
      input_schema: { type: 'nonsense' },
      action: 'read',
      cost_from: 'args.n +',
      environment_from: '1',
    });
    expect([status, body.code]).toEqual([400, 'invalid_request']);
    expect(pointersOf(body)).toEqual(['/input_schema/type', '/cost_from', '/environment_from']);
    const misspelt = await gateway.owner('PUT', '/v1/tools/Bad?force=1', {
      input_schema: { type: 'nonsense' },
      action: 'fly',
      cost_from: 'args.n +',
      cost_micros: -1,
      colour: 'red',
    });
    expect(misspelt.status).toBe(400);
    expect(pointersOf(misspelt.body)).toEqual([
      '/path/name',
      '/query/force',
      '/description',
      '/action',
      '/cost_micros',
      '/colour',
      '/input_schema/type',
      '/cost_from',
    ]);
  });
});

describe('a key', () => {
  it('O-TG-9: is shown once, holds from then on, and not after it is revoked', async () => {
    const { gateway } = await started();
    const make = { principal: { kind: 'agent', id: 'helper' }, name: 'ci' };
    const { status, body } = await gateway.owner('POST', '/v1/keys', make);
    expect([status, body.name, body.revoked_at]).toEqual([201, 'ci', null]);
    const withIt = { authorization: `Bearer ${body.key}` };
    const use = () => gateway.owner('GET', '/v1/tool-calls', undefined, withIt);
    expect((await use()).status).toBe(200);
    const { body: listed } = await gateway.owner('GET', '/v1/keys');
    expect(JSON.stringify(listed)).not.toContain(body.key);
    expect((await gateway.owner('DELETE', `/v1/keys/${body.id}`)).status).toBe(204);
    expect(await use()).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
  });

  it('is for somebody who is registered', async () => {
    const { gateway } = await started();
    for (const kind of ['agent', 'user']) {
      const principal = { kind, id: 'nobody' };
      expect(await gateway.owner('POST', '/v1/keys', { principal })).toMatchObject({ status: 404 });
    }
  });
});

describe('an end that is over before the beginning', () => {
  it.each([
    ['a key', '/v1/keys', { principal: { kind: 'agent', id: 'helper' } }],
    ['a kill switch', '/v1/kill-switches', { scope: 'agent', target: 'helper', reason: 'a test' }],
  ])('of %s is refused, and changes nothing', async (_, path, body) => {
    const { gateway } = await started();
    await gateway.settled();
    const { acceptedPosition } = gateway.store;
    const at = (ms: number) => new Date(gateway.clock.nowMs() + ms).toISOString();
    for (const expires_at of ['2001-01-01T00:00:00Z', at(0)]) {
      expect(await gateway.owner('POST', path, { ...body, expires_at })).toMatchObject({
        status: 400,
        body: { code: 'invalid_request', errors: [{ pointer: '/expires_at' }] },
      });
    }
    expect(gateway.store.acceptedPosition).toBe(acceptedPosition);
    const expires_at = at(1);
    expect(await gateway.owner('POST', path, { ...body, expires_at })).toMatchObject({
      status: 201,
      body: { expires_at },
    });
  });
});

describe('an organization', () => {
  it('is created once, on a plan that exists, and changes its plan', async () => {
    const { gateway } = await started();
    const create = () => gateway.owner('POST', '/v1/organizations', { id: 'acme', plan: 'team' });
    expect(await create()).toMatchObject({ status: 404 });
    for (const plan of ['team', 'large']) await gateway.standIns.publishesPlan(plan);
    await gateway.settled();
    expect(await create()).toMatchObject({ status: 201, body: { id: 'acme', plan: 'team' } });
    expect(await create()).toMatchObject({ status: 409, body: { code: 'already_exists' } });
    const change = await gateway.owner('PUT', '/v1/organizations/acme/plan', { plan: 'large' });
    expect(change).toMatchObject({ status: 200, body: { plan: 'large' } });
    const nowhere = await gateway.owner('PUT', '/v1/organizations/nowhere/plan', { plan: 'large' });
    expect(nowhere.status).toBe(404);
  });

  it('does not see what is another’s', async () => {
    const { gateway } = await started();
    await gateway.standIns.publishesPlan('team');
    await gateway.settled();
    await gateway.owner('POST', '/v1/organizations', { id: 'acme', plan: 'team' });
    const inAcme = { 'countersign-organization': 'acme' };
    for (const list of ['agents', 'users', 'tools', 'keys', 'tool-calls']) {
      const { status, body } = await gateway.owner('GET', `/v1/${list}`, undefined, inAcme);
      expect([list, status, body.items]).toEqual([list, 200, []]);
    }
  });
});

describe('a user', () => {
  it('who alone owns the installation keeps that, until somebody else can be reached', async () => {
    const { gateway } = await started();
    const owner = [{ scope: { organization: 'default' }, role: 'owner' }];
    const strip = () => gateway.owner('PUT', '/v1/users/owner', { roles: [] });
    const refused = { status: 400, body: { code: 'invalid_request', errors: [{ pointer: '/roles' }] } };
    expect(await strip()).toMatchObject(refused);
    await gateway.owner('PUT', '/v1/users/second', { roles: owner });
    expect(await strip()).toMatchObject(refused);
    const second = await gateway.as('user', 'second');
    expect(await strip()).toMatchObject({ status: 200 });
    expect(await second('GET', '/v1/organizations')).toMatchObject({ status: 200 });
    expect(await second('PUT', '/v1/users/second', { roles: [] })).toMatchObject(refused);
  });

  it('has roles that the catalog has there; one of no catalog would be whatever a later one makes of it', async () => {
    const { gateway } = await started();
    const roles = [
      { scope: { organization: 'default' }, role: 'operator' },
      { scope: { organization: 'default' }, role: 'admiral' },
      { scope: { organization: 'default' }, role: 'annotator' },
    ];
    const { status, body } = await gateway.owner('PUT', '/v1/users/bob', { roles });
    const pointers = body.errors.map(({ pointer }: { pointer: string }) => pointer);
    expect([status, pointers]).toEqual([400, ['/roles/1/role', '/roles/2/role']]);
  });

  it('is told everything that is wrong with it at once, whether the body or what is known says so', async () => {
    const { gateway } = await started();
    const king = { scope: { organization: 'default' }, role: 'king' };
    const pointers = async (method: string, path: string, body: object) => {
      const { status, body: answer } = await gateway.owner(method as 'PUT', path, body);
      const { errors = [] } = answer as { errors?: readonly { readonly pointer: string }[] };
      return [status, errors.map(({ pointer }) => pointer).sort()];
    };
    const over = '2020-01-01T00:00:00Z';
    expect(await pointers('PUT', '/v1/users/bob', { roles: [king], trust_score: 1_001 })).toEqual([
      400,
      ['/roles/0/role', '/trust_score'],
    ]);
    const invited = { user: 'ines', roles: [king], expires_in_ms: 'soon' };
    expect(await pointers('POST', '/v1/invitations', invited)).toEqual([
      400,
      ['/expires_in_ms', '/roles/0/role'],
    ]);
    const members = { members: [{ kind: 'user', id: 'nobody' }], color: 'red' };
    expect(await pointers('PUT', '/v1/groups/finance', members)).toEqual([400, ['/color', '/members/0']]);
    const key = { principal: { kind: 'king', id: 'a' }, expires_at: over };
    expect(await pointers('POST', '/v1/keys', key)).toEqual([400, ['/expires_at', '/principal/kind']]);
    expect(await pointers('POST', '/v1/kill-switches', { scope: 'agent', expires_at: over })).toEqual([
      400,
      ['/expires_at', '/reason'],
    ]);
  });

  it('has roles in the own organization only', async () => {
    const { gateway } = await started();
    const roles = [
      { scope: { organization: 'default' }, role: 'viewer' },
      { scope: { organization: 'acme' }, role: 'owner' },
    ];
    expect(await gateway.owner('PUT', '/v1/users/bob', { roles })).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', errors: [{ pointer: '/roles/1/scope/organization' }] },
    });
    expect(await gateway.owner('PUT', '/v1/users/bob', { roles: roles.slice(0, 1) })).toMatchObject({
      status: 201,
      body: { approval_level: 'production_only', trust_score: 500, display_name: null },
    });
  });
});
