import { DEFAULT_ROLES } from '@countersign/access';
import { beforeEach, expect, it } from 'vitest';
import { type Caller, callerOf } from '../testing/caller.ts';
import { type RunningGateway, startGateway } from '../testing/running-gateway.ts';

let gateway: RunningGateway;
/** Holds every permission of the first organization, by a role that is not `owner`. */
let root: Caller;
beforeEach(async () => {
  const organization = [...DEFAULT_ROLES.organization, { role: 'root', permissions: ['*'] }];
  gateway = await startGateway({ roles: { ...DEFAULT_ROLES, organization } });
  const roles = [{ scope: { organization: 'default' }, role: 'root' }];
  await gateway.owner('PUT', '/v1/users/ada', { roles });
  await gateway.owner('PUT', '/v1/users/vic', { roles: [] });
  root = await gateway.as('user', 'ada');
});

const keyOf = (by: Caller, id: string) => by('POST', '/v1/keys', { principal: { kind: 'user', id } });

it('who holds everything of the first organization makes no key of who owns the installation, nor rotates one', async () => {
  expect(await keyOf(root, 'owner')).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  const { items } = (await root('GET', '/v1/keys')).body;
  const ofOwner = items.find((key: { principal: { id: string } }) => key.principal.id === 'owner');
  expect((await root('POST', `/v1/keys/${ofOwner.id}/rotate`, {})).status).toBe(403);
  expect((await keyOf(root, 'vic')).status).toBe(201);
  expect((await keyOf(root, 'ada')).status).toBe(201);
  expect((await keyOf(gateway.owner, 'owner')).status).toBe(201);
});

it('two owners of the installation who take it from each other at once leave one', async () => {
  const own = { roles: [{ scope: { organization: 'default' }, role: 'owner' }] };
  await gateway.owner('PUT', '/v1/users/olga', own);
  const olga = await gateway.as('user', 'olga');
  gateway.board.hold();
  const isBehindThem = gateway.happens('user-registered.v1');
  const answers = Promise.all([
    gateway.owner('PUT', '/v1/users/olga', { roles: [] }),
    olga('PUT', '/v1/users/owner', { roles: [] }),
    gateway.owner('PUT', '/v1/users/zoe', { roles: [] }),
  ]);
  await isBehindThem;
  await gateway.board.release();
  await answers;
  const left = await Promise.all([gateway.owner, olga].map((by) => by('GET', '/v1/organizations')));
  expect(left.map(({ status }) => status).sort()).toEqual([200, 403]);
});

it('two owners who take it from each other at two gateways leave one, every time', async () => {
  const second = await startGateway({ beside: gateway });
  const own = { roles: [{ scope: { organization: 'default' }, role: 'owner' }] };
  await gateway.owner('PUT', '/v1/users/olga', own);
  const olga = await gateway.as('user', 'olga');
  const olgaKey = (await keyOf(gateway.owner, 'olga')).body.key;
  const elsewhere = callerOf(second.app, olgaKey);
  for (let round = 0; round < 10; round += 1) {
    await Promise.all([
      gateway.owner('PUT', '/v1/users/olga', { roles: [] }),
      elsewhere('PUT', '/v1/users/owner', { roles: [] }),
    ]);
    const left = await Promise.all([gateway.owner, olga].map((by) => by('GET', '/v1/organizations')));
    const statuses = left.map(({ status }) => status);
    expect(statuses).toContain(200);
    const [by, other] = statuses[0] === 200 ? [gateway.owner, 'olga'] : [olga, 'owner'];
    expect((await by('PUT', `/v1/users/${other}`, own)).status).toBe(200);
  }
  expect((await gateway.types('ownership-installation')).length).toBeGreaterThan(0);
});

it('an owner whom an instance began to take it from and died counts again when they are kept as they are', async () => {
  const own = { roles: [{ scope: { organization: 'default' }, role: 'owner' }] };
  await gateway.owner('PUT', '/v1/users/olga', own);
  const olga = await gateway.as('user', 'olga');
  const [registered] = await gateway.store.read('user-default:olga');
  const yielded = {
    type: 'ownership-yielded.v2',
    data: { user_id: 'olga', user_version: registered?.version ?? 0, over: [] },
    metadata: { id: 'yield', time: '2026-11-01T00:00:00.000Z', organization: 'default' },
  };
  await gateway.store.append('ownership-installation', 'no-stream', [yielded]).durable;
  const takes = () => olga('PUT', '/v1/users/owner', { roles: [] });
  expect(await takes()).toMatchObject({ status: 409, body: { code: 'version_conflict' } });
  expect((await gateway.owner('PUT', '/v1/users/olga', own)).status).toBe(200);
  expect(await gateway.types('user-default:olga')).toEqual(['user-registered.v1', 'user-changed.v1']);
  expect((await takes()).status).toBe(200);
  expect(await olga('DELETE', '/v1/users/olga')).toMatchObject({ status: 400 });
});

it('who is registered beside owners is no matter of owners', async () => {
  expect((await gateway.owner('PUT', '/v1/users/zoe', { roles: [] })).status).toBe(201);
  expect((await gateway.owner('PUT', '/v1/users/owner', { roles: [] })).status).toBe(400);
  expect((await gateway.owner('DELETE', '/v1/users/owner')).status).toBe(400);
  expect(await gateway.types('ownership-installation')).toEqual([]);
});
