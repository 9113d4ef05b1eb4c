import { beforeEach, describe, expect, it } from 'vitest';
import { announcement, registerBasics } from '../testing/registered.ts';
import { type RunningGateway, startGateway } from '../testing/running-gateway.ts';

let gateway: RunningGateway;
beforeEach(async () => {
  gateway = await startGateway();
  await registerBasics(gateway);
});

const remove = (id: string) => gateway.owner('DELETE', `/v1/users/${id}`);

describe('a user who is removed', () => {
  it('is refused from the next request on, and is not shown', async () => {
    const olga = await gateway.as('user', 'olga');
    expect((await olga('GET', '/v1/agents')).status).toBe(200);
    expect((await remove('olga')).status).toBe(204);
    expect(await olga('GET', '/v1/agents')).toMatchObject({ status: 401 });
    expect((await gateway.owner('GET', '/v1/users/olga')).status).toBe(404);
    expect((await remove('olga')).status).toBe(404);
  });

  it('gets nothing back by being registered anew: neither roles nor keys nor memberships', async () => {
    const { owner } = gateway;
    const olga = await gateway.as('user', 'olga');
    await owner('PUT', '/v1/groups/finance', { members: [{ kind: 'user', id: 'olga' }] });
    await remove('olga');
    const { status, body } = await owner('PUT', '/v1/users/olga', { roles: [] });
    expect([status, body.roles]).toEqual([201, []]);
    expect(await olga('GET', '/v1/agents')).toMatchObject({ status: 401 });
    expect((await owner('GET', '/v1/groups/finance')).body.members).toEqual([]);
  });

  it('is acted for by nobody any more: permits are void, and stay so', async () => {
    const agent = await gateway.as('agent', 'helper');
    const { body: call } = await agent('POST', '/v1/tool-calls', announcement());
    expect(call.status).toBe('authorized');
    await remove('alice');
    await gateway.owner('PUT', '/v1/users/alice', { roles: [] });
    await gateway.settled();
    expect(await gateway.types(`toolcall-${call.id}`)).toContain('safety-blocked.v1');
    const redeem = { permit: call.permit.token, arguments: { path: 'a' } };
    expect(await agent('POST', '/v1/permits/redeem', redeem)).toMatchObject({ status: 410 });
  });

  it('is not the last who owns the installation', async () => {
    expect(await remove('owner')).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
  });
});

describe('who manages users without holding everything', () => {
  const admin = { scope: { organization: 'acme' }, role: 'owner' };

  it('owns no installation by owning the first organization in all but name', async () => {
    await gateway.owner('PUT', '/v1/users/olga', {
      roles: [{ scope: { workspace: 'default' }, role: 'owner' }],
    });
    const olga = await gateway.as('user', 'olga');
    const own = (scope: object) => olga('PUT', '/v1/users/olga', { roles: [{ scope, role: 'owner' }] });
    expect((await own({ organization: 'default' })).status).toBe(403);
    expect((await own({ workspace: 'default' })).status).toBe(403);
  });

  it('an owner of another organization manages that one alone', async () => {
    await gateway.standIns.publishesPlan('unlimited');
    await gateway.owner('POST', '/v1/organizations', { id: 'acme' });
    const inAcme = { 'countersign-organization': 'acme' };
    await gateway.owner('PUT', '/v1/users/ada', { roles: [admin] }, inAcme);
    const principal = { kind: 'user', id: 'ada' };
    const { body } = await gateway.owner('POST', '/v1/keys', { principal }, inAcme);
    const withIt = { authorization: `Bearer ${body.key}` };
    const put = (id: string, ...roles: object[]) =>
      gateway.owner('PUT', `/v1/users/${id}`, { roles }, withIt);
    expect((await put('bob', { scope: { organization: 'acme' }, role: 'operator' })).status).toBe(201);
    expect((await put('bob', admin)).status).toBe(200);
    expect((await gateway.owner('DELETE', '/v1/users/bob', undefined, withIt)).status).toBe(204);
    expect((await gateway.owner('GET', '/v1/organizations', undefined, withIt)).status).toBe(403);
  });
});

describe('who manages agents', () => {
  it('lets them act only for those who hold no more there than they do', async () => {
    const { owner } = gateway;
    const dora = { roles: [{ scope: { project: 'web' }, role: 'developer' }] };
    await owner('PUT', '/v1/users/dora', dora);
    await owner('PUT', '/v1/users/vic', { roles: [{ scope: { project: 'web' }, role: 'viewer' }] });
    const developer = await gateway.as('user', 'dora');
    const put = (acts_for: string[] | 'any') =>
      developer('PUT', '/v1/agents/bot', { project: 'web', acts_for });
    expect((await put(['vic', 'dora'])).status).toBe(201);
    expect(await put(['vic', 'owner'])).toMatchObject({
      status: 403,
      body: { errors: [{ pointer: '/acts_for/1' }] },
    });
    expect(await put('any')).toMatchObject({ status: 403, body: { errors: [{ pointer: '/acts_for' }] } });
    await owner('PUT', '/v1/agents/bot', { project: 'web', owner: 'dora', acts_for: ['vic', 'owner'] });
    expect((await put(['vic', 'owner'])).status).toBe(200);
  });

  it('names only who is registered: whoever comes later may hold anything', async () => {
    const { owner } = gateway;
    await owner('PUT', '/v1/users/dan', { roles: [{ scope: { project: 'web' }, role: 'developer' }] });
    const developer = await gateway.as('user', 'dan');
    const put = (body: object) => developer('PUT', '/v1/agents/early', { project: 'web', ...body });
    const refused = (...pointers: string[]) => ({
      status: 400,
      body: { code: 'invalid_request', errors: pointers.map((pointer) => ({ pointer })) },
    });
    expect(await put({ acts_for: ['dan', 'boss-to-be', 'owner', 'ceo-to-be'] })).toMatchObject(
      refused('/acts_for/1', '/acts_for/3'),
    );
    expect(await put({ owner: 'boss-to-be' })).toMatchObject(refused('/owner'));
    expect(await put({ owner: 'boss-to-be', acts_for: ['ceo-to-be'] })).toMatchObject(
      refused('/owner', '/acts_for/0'),
    );
    expect((await owner('GET', '/v1/agents/early')).status).toBe(404);
    // Who holds everything may, and then it goes on.
    const early = { project: 'web', owner: 'boss-to-be', acts_for: ['ceo-to-be'] };
    expect((await owner('PUT', '/v1/agents/early', early)).status).toBe(201);
    expect((await put(early)).status).toBe(200);
    expect(await put({ ...early, acts_for: ['ceo-to-be', 'boss-to-be'] })).toMatchObject(
      refused('/acts_for/1'),
    );
  });
});
