import { DEFAULT_ROLES } from '@countersign/access';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Caller, callerOf } from '../testing/caller.ts';
import { registerBasics } from '../testing/registered.ts';
import { type RunningGateway, startGateway } from '../testing/running-gateway.ts';

let gateway: RunningGateway;
beforeEach(async () => {
  gateway = await startGateway();
  await registerBasics(gateway);
});

describe('groups over HTTP', () => {
  const members = [
    { kind: 'user', id: 'olga' },
    { kind: 'agent', id: 'helper' },
  ];

  it('are registered, changed, listed and removed, each once', async () => {
    const { owner } = gateway;
    const put = (...who: object[]) => owner('PUT', '/v1/groups/finance', { members: who });
    const first = await put(...members, members[0] as object);
    expect(first).toMatchObject({ status: 201, body: { id: 'finance', members: members.toReversed() } });
    expect(await put(...members.toReversed())).toMatchObject({ status: 200, body: first.body });
    expect((await put({ kind: 'user', id: 'alice' })).body.members).toEqual([{ kind: 'user', id: 'alice' }]);
    expect((await owner('GET', '/v1/groups')).body.items).toHaveLength(1);
    expect((await owner('DELETE', '/v1/groups/finance')).status).toBe(204);
    expect((await owner('GET', '/v1/groups/finance')).status).toBe(404);
    expect((await owner('DELETE', '/v1/groups/finance')).status).toBe(404);
    expect(await gateway.types('group-default:finance')).toEqual([
      'group-registered.v1',
      'group-changed.v1',
      'group-removed.v1',
    ]);
  });

  it('have members that are registered; each that is not is named', async () => {
    const unknown = [...members, { kind: 'user', id: 'nobody' }, { kind: 'agent', id: 'olga' }];
    const { status, body } = await gateway.owner('PUT', '/v1/groups/finance', { members: unknown });
    expect(status).toBe(400);
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/members/2',
      '/members/3',
    ]);
  });

  it('take a member back who was removed and is registered anew', async () => {
    const { owner } = gateway;
    const put = () => owner('PUT', '/v1/groups/finance', { members });
    const { body: first } = await put();
    expect((await owner('DELETE', '/v1/users/olga')).status).toBe(204);
    expect((await owner('PUT', '/v1/users/olga', { roles: [] })).status).toBe(201);
    expect((await owner('GET', '/v1/groups/finance')).body.members).toEqual([members[1]]);
    for (const _ of [1, 2])
      expect(await put()).toMatchObject({ status: 200, body: { members: first.members } });
    expect(await gateway.types('group-default:finance')).toEqual(['group-registered.v1', 'group-changed.v1']);
  });

  it('take nobody back by the hand of who was a member until a moment ago', async () => {
    const hr = { role: 'hr', permissions: ['read', 'manage_users'] };
    const roles = { ...DEFAULT_ROLES, organization: [...DEFAULT_ROLES.organization, hr] };
    const one = await startGateway({ roles });
    const other = await startGateway({ roles, beside: one });
    const assignment = { scope: { organization: 'default' }, role: 'hr' };
    await one.owner('PUT', '/v1/users/ann', { roles: [assignment] });
    const { body } = await one.owner('POST', '/v1/keys', { principal: { kind: 'user', id: 'ann' } });
    const put = (caller: Caller, ...ids: string[]) =>
      caller('PUT', '/v1/groups/finance', { members: ids.map((id) => ({ kind: 'user', id })) });
    await put(one.owner, 'ann', 'owner');
    other.board.hold();
    const removed = one.happens('group-changed.v1');
    const removing = put(one.owner, 'owner');
    await removed;
    const conflict = { status: 409, body: { code: 'version_conflict' } };
    expect(await put(callerOf(other.app, body.key), 'ann', 'owner')).toMatchObject(conflict);
    await other.board.release();
    expect(await removing).toMatchObject({ status: 200, body: { members: [{ id: 'owner' }] } });
    expect(await put(callerOf(other.app, body.key), 'ann', 'owner')).toMatchObject({ status: 403 });
  });

  it('are closed to those who do not manage users', async () => {
    const olga = await gateway.as('user', 'olga');
    const before = gateway.store.acceptedPosition;
    expect(await olga('PUT', '/v1/groups/finance', { members })).toMatchObject({
      status: 403,
      body: { required_permission: 'manage_users' },
    });
    expect(gateway.store.acceptedPosition).toBe(before);
  });
});
