import { applyRolesOverlay, DEFAULT_ROLES, type RoleCatalog, rolesHash } from '@countersign/access';
import { routes } from '@countersign/contracts';
import { describe, expect, it } from 'vitest';
import { announcement, READ_FILE, registerBasics } from '../testing/registered.ts';
import { type RunningGateway, startGateway } from '../testing/running-gateway.ts';

const RBAC = { description: 'whole', flags: { rbac: true } };
const reviewer = { role: 'reviewer', description: 'Inspects.', permissions: ['read', 'view_spans'] };
const operator = { role: 'operator', permissions: ['read', 'approve_tool_calls'] };

async function started(plan: object = RBAC) {
  const gateway = await startGateway();
  await gateway.standIns.publishesPlan('unlimited', plan as typeof RBAC);
  return { gateway, ...(await registerBasics(gateway)) };
}

const catalogEvents = async ({ store }: RunningGateway) =>
  (await store.read('rolecatalog-installation')).map(({ data }) => [
    data.source,
    (data.by as { kind: string }).kind,
  ]);

describe('the roles in force', () => {
  it('are the built-in ones from the first start on, applied by an event', async () => {
    const { gateway, olga } = await started();
    const { status, body } = await olga('GET', '/v1/access/roles');
    expect([status, body]).toEqual([
      200,
      { source: 'defaults', hash: rolesHash(DEFAULT_ROLES), roles: DEFAULT_ROLES },
    ]);
    expect(await catalogEvents(gateway)).toEqual([['defaults', 'system']]);
  });

  it('are published by the owner of the installation, and the same again changes nothing', async () => {
    const { gateway } = await started();
    const published = await gateway.owner('PUT', '/v1/access/roles', { project: [reviewer] });
    expect(published).toMatchObject({ status: 200, body: { source: 'api' } });
    const roles: RoleCatalog = published.body.roles;
    expect(roles.project.map(({ role }) => role)).toEqual(['owner', 'viewer', 'reviewer']);
    expect(roles.organization).toEqual(DEFAULT_ROLES.organization);
    expect((await gateway.owner('PUT', '/v1/access/roles', { project: [reviewer] })).body).toEqual(
      published.body,
    );
    expect(await catalogEvents(gateway)).toEqual([
      ['defaults', 'system'],
      ['api', 'user'],
    ]);
  });

  it('are refused with everything that is wrong, and nothing is published', async () => {
    const { gateway } = await started();
    const wrong = { project: [{ role: 'owner', permissions: ['fly'] }, reviewer, reviewer] };
    const { status, body } = await gateway.owner('PUT', '/v1/access/roles', wrong);
    expect([status, body.code]).toEqual([400, 'invalid_request']);
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/project/0/role',
      '/project/0/permissions/0',
      '/project/2/role',
    ]);
    const more = {
      project: [
        { role: 'Flyer', permissions: ['fly'] },
        { ...wrong.project[0], by: 'me' },
      ],
      team: [],
    };
    const everything = await gateway.owner('PUT', '/v1/access/roles', more);
    expect(everything.body.errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual([
      '/project/0/permissions/0',
      '/project/0/role',
      '/project/1/by',
      '/project/1/permissions/0',
      '/project/1/role',
      '/team',
    ]);
    for (const none of [{}, { team: [reviewer] }, { project: [] }])
      expect((await gateway.owner('PUT', '/v1/access/roles', none)).status).toBe(400);
    expect(await catalogEvents(gateway)).toHaveLength(1);
  });

  it('are nobody else’s to publish', async () => {
    const { gateway, olga, agent } = await started();
    await gateway.owner('PUT', '/v1/users/otto', {
      roles: [{ scope: { organization: 'default' }, role: 'viewer' }],
    });
    for (const caller of [olga, agent, await gateway.as('user', 'otto')]) {
      const { status, body } = await caller('PUT', '/v1/access/roles', { project: [reviewer] });
      expect([status, body.required_permission]).toEqual([403, 'operate_installation']);
    }
  });

  it.each([{ description: 'no flags' }, { flags: { rbac: false } }])(
    'A-RBAC-3: are not managed under a plan of %j, and hold all the same',
    async (plan) => {
      const { gateway, olga } = await started(plan);
      const { status, body } = await gateway.owner('PUT', '/v1/access/roles', { project: [reviewer] });
      expect([status, body.code, body.required_permission]).toEqual([403, 'forbidden', undefined]);
      expect(body.detail).toContain('rbac');
      expect((await olga('PUT', '/v1/users/mallory', { roles: [] })).status).toBe(403);
      expect((await olga('GET', '/v1/access/roles')).status).toBe(200);
    },
  );

  it('A-RBAC-8: are asked by each request for itself: nobody checks first and gets a pass for it', async () => {
    const { gateway, olga } = await started();
    const check = '/access/permissions/check?action=run_tools&resource_type=service';
    for (const caller of [gateway.owner, olga])
      expect(await caller('GET', check)).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect((await gateway.app.inject({ url: check })).statusCode).toBe(401);
  });

  it('A-RBAC-7: decide the next request: a right that is gone is gone, one that is given is there', async () => {
    const { gateway, olga } = await started();
    const engage = () =>
      olga('POST', '/v1/kill-switches', { scope: 'agent', target: 'helper', reason: 'a test', drill: true });
    expect((await engage()).status).toBe(201);
    await gateway.owner('PUT', '/v1/access/roles', { organization: [operator] });
    expect((await engage()).body).toMatchObject({
      code: 'forbidden',
      required_permission: 'engage_kill_switch',
    });
    const permissions = [...operator.permissions, 'engage_kill_switch'];
    await gateway.owner('PUT', '/v1/access/roles', { organization: [{ ...operator, permissions }] });
    expect((await engage()).status).toBe(201);
  });

  it('A-RBAC-5: grant nothing to who holds one that is gone', async () => {
    const { gateway, olga } = await started();
    await gateway.owner('PUT', '/v1/access/roles', {
      organization: [{ role: 'auditor', permissions: ['read'] }],
    });
    for (const path of ['/v1/users', '/v1/access/roles', '/v1/plans/unlimited'])
      expect((await olga('GET', path)).status).not.toBe(200);
    expect((await gateway.owner('GET', '/v1/users/olga')).body.roles).toEqual([
      { scope: { organization: 'default' }, role: 'operator' },
    ]);
  });

  it('A-RBAC-6: are those that a user can be given, scope by scope, and no others', async () => {
    const { gateway } = await started();
    const give = (scope: object, role: string) =>
      gateway.owner('PUT', '/v1/users/otto', { roles: [{ scope, role }] });
    expect((await give({ project: 'web' }, 'editor')).status).toBe(201);
    for (const [scope, role] of [
      [{ organization: 'default' }, 'editor'],
      [{ project: 'web' }, 'reviewer'],
    ] as const) {
      const { status, body } = await give(scope, role);
      expect([status, body.errors]).toEqual([
        400,
        [{ pointer: '/roles/0/role', detail: expect.stringContaining('viewer') }],
      ]);
    }
    await gateway.owner('PUT', '/v1/access/roles', { project: [reviewer] });
    expect((await give({ project: 'web' }, 'reviewer')).status).toBe(200);
    expect((await give({ project: 'web' }, 'editor')).status).toBe(400);
  });

  it('void what rests on a right that they have lost, and no permit that does not', async () => {
    const { gateway, agent } = await started();
    const guarded = { ...READ_FILE, required_permissions: ['run_tools'] };
    await gateway.owner('PUT', '/v1/tools/guarded', guarded);
    await gateway.owner('PUT', '/v1/users/alice', {
      roles: [{ scope: { project: 'default' }, role: 'annotator' }],
    });
    const announce = async (tool_name: string) =>
      (await agent('POST', '/v1/tool-calls', announcement({ tool_name }))).body;
    const [held, other] = [await announce('guarded'), await announce('read-file')];
    const overlaid = applyRolesOverlay(DEFAULT_ROLES, { annotator: { permissions: ['read'] } });
    if (!overlaid.ok) throw new Error('not an overlay');
    const own = overlaid.value.project.filter(({ role }) => !['owner', 'viewer'].includes(role));
    await gateway.owner('PUT', '/v1/access/roles', { project: own });
    await gateway.settled();
    const status = async (id: string) => (await gateway.owner('GET', `/v1/tool-calls/${id}`)).body;
    expect(await status(held.id)).toMatchObject({ status: 'blocked', reasons: [{ code: 'right_revoked' }] });
    expect((await status(other.id)).status).toBe('authorized');
    // What comes back revives nothing.
    await gateway.owner('PUT', '/v1/access/roles', {
      project: own.map((one) => ({ ...one, permissions: ['*'] })),
    });
    await gateway.settled();
    expect((await status(held.id)).status).toBe('blocked');
  });
});

describe('the controls in force', () => {
  it('are shown with their hash and where they come from, and at every position of the past', async () => {
    const { gateway, olga } = await started();
    const first = (await olga('GET', '/v1/access/controls')).body;
    expect(routes.getAccessControls.responses[200].parse(first)).toEqual(first);
    expect(first).toMatchObject({
      hash: expect.stringMatching(/^sha256:/),
      sources: { plans: 'defaults', roles: 'defaults' },
      default_plan: 'unlimited',
      plans: { unlimited: { flags: { rbac: true }, counters: {} } },
      roles: DEFAULT_ROLES,
    });
    await gateway.standIns.publishesPlan('team', { counters: { tool_calls: { limit: 5 } } });
    await gateway.owner('PUT', '/v1/access/roles', { project: [reviewer] });
    const second = (await olga('GET', '/v1/access/controls')).body;
    expect(Object.keys(second.plans)).toEqual(['team', 'unlimited']);
    expect([second.sources.roles, second.roles.project.length]).toEqual(['api', 3]);
    expect(second.hash).not.toBe(first.hash);
    expect((await olga('GET', `/v1/access/controls?at=${first.position}`)).body).toEqual(first);
    expect((await olga('GET', `/v1/access/controls?at=${second.position}`)).body).toEqual(second);
    const beginning = (await olga('GET', '/v1/access/controls?at=0')).body;
    expect([beginning.plans, beginning.roles]).toEqual([{}, DEFAULT_ROLES]);
  });

  it('are not known of the future', async () => {
    const { olga } = await started();
    for (const at of ['999999999', 'soon', '1.5', '-1']) {
      const { status, body } = await olga('GET', `/v1/access/controls?at=${at}`);
      expect([status, body.code]).toEqual([400, 'invalid_request']);
    }
  });
});
