import { beforeEach, describe, expect, it } from 'vitest';
import { announcement, registerBasics } from '../testing/registered.ts';
import { type RunningGateway, startGateway } from '../testing/running-gateway.ts';

let gateway: RunningGateway;
beforeEach(async () => {
  gateway = await startGateway();
  await registerBasics(gateway);
});

const ids = (body: { items: { id: string }[] }) => body.items.map(({ id }) => id);

describe('workspaces and projects', () => {
  it('are there from the first start, both `default`', async () => {
    const { owner } = gateway;
    expect(ids((await owner('GET', '/v1/workspaces')).body)).toEqual(['default']);
    expect((await owner('GET', '/v1/projects')).body.items).toMatchObject([
      { id: 'default', workspace: 'default' },
    ]);
    expect((await owner('PUT', '/v1/workspaces/default', {})).status).toBe(200);
    expect((await owner('PUT', '/v1/projects/default', {})).status).toBe(200);
    expect(await gateway.types('workspace-default:default')).toEqual([]);
  });

  it('are registered once; a project needs its workspace, and stays there', async () => {
    const { owner } = gateway;
    const put = (workspace: string) => owner('PUT', '/v1/projects/apollo', { workspace });
    expect(await put('research')).toMatchObject({
      status: 404,
      body: { errors: [{ pointer: '/workspace' }] },
    });
    expect((await owner('PUT', '/v1/workspaces/research', {})).status).toBe(201);
    expect((await owner('PUT', '/v1/workspaces/research', {})).status).toBe(200);
    expect(await put('research')).toMatchObject({ status: 201, body: { workspace: 'research' } });
    expect((await put('research')).status).toBe(200);
    expect((await put('default')).status).toBe(409);
    expect(ids((await owner('GET', '/v1/projects?workspace=research')).body)).toEqual(['apollo']);
  });

  it('a role that is held at a workspace counts for its projects, and for no others', async () => {
    const { owner } = gateway;
    await owner('PUT', '/v1/workspaces/research', {});
    await owner('PUT', '/v1/projects/apollo', { workspace: 'research' });
    await owner('PUT', '/v1/users/rita', {
      roles: [{ scope: { workspace: 'research' }, role: 'developer' }],
    });
    const rita = await gateway.as('user', 'rita');
    const put = (id: string, project: string) => rita('PUT', `/v1/agents/${id}`, { project });
    expect((await put('one', 'apollo')).status).toBe(201);
    expect(await put('two', 'web')).toMatchObject({
      status: 403,
      body: { required_permission: 'manage_agents' },
    });
    expect(ids((await rita('GET', '/v1/projects')).body)).toEqual(['apollo']);
    expect((await rita('GET', '/v1/projects/default')).status).toBe(404);
    expect((await rita('GET', '/v1/tools')).status).toBe(403);
  });

  it('the only workspace is all of its organization, and one of several is not', async () => {
    const { owner } = gateway;
    const roles = [{ scope: { workspace: 'default' }, role: 'viewer' }];
    await owner('PUT', '/v1/users/vera', { roles });
    await owner('PUT', '/v1/agents/inner', { owner: 'alice', project: 'apollo' });
    const inner = await gateway.as('agent', 'inner');
    await inner('POST', '/v1/tool-calls', announcement({ agent_id: 'inner' }));
    const vera = await gateway.as('user', 'vera');
    expect((await vera('GET', '/v1/tools')).status).toBe(200);
    expect((await vera('GET', '/v1/tool-calls')).body.items).toHaveLength(1);
    await owner('PUT', '/v1/workspaces/research', {});
    await owner('PUT', '/v1/projects/apollo', { workspace: 'research' });
    expect((await vera('GET', '/v1/tools')).status).toBe(403);
    expect((await vera('GET', '/v1/tool-calls')).body.items).toHaveLength(0);
    expect((await vera('GET', '/v1/agents/helper')).status).toBe(200);
  });
});
