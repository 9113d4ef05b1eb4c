import { ownerKeyFile, readOwnerKey } from '@countersign/hosting';
import { expect, it } from 'vitest';
import { install } from './testing/installed.ts';

const NARROW = {
  flags: { rbac: false },
  gauges: { users: { limit: 1, strict: true } },
  throttles: [{ categories: ['core_fast'], mode: 'include', bucket: { capacity: 1, rate: 1 } }],
};
const WIDE = { flags: { rbac: true }, gauges: { users: {} } };

/** An installation whose owner asks in either of two organizations, each on a plan of its own. */
async function world(own: object, other: object) {
  const { installation, directory, ask } = await install();
  await installation.start();
  await ask('PUT', '/v1/plans/own', 'owner', own);
  await ask('PUT', '/v1/plans/other', 'owner', other);
  await ask('PUT', '/v1/organizations/default/plan', 'owner', { plan: 'own' });
  await ask('POST', '/v1/organizations', 'owner', { id: 'acme', plan: 'other' });
  const key = readOwnerKey(ownerKeyFile(directory)) ?? '';
  return async (organization: string, method: 'GET' | 'PUT' | 'POST', url: string, body?: object) => {
    const headers = { authorization: `Bearer ${key}`, 'countersign-organization': organization };
    const { statusCode, payload } = await installation.app.inject({
      method,
      url,
      ...(body === undefined
        ? { headers }
        : { headers: { ...headers, 'content-type': 'application/json' }, payload: JSON.stringify(body) }),
    });
    return { status: statusCode, body: JSON.parse(payload) };
  };
}

// Agenta's PR-18, -19, -28, -30 and -33: what somebody did in another organization was checked against the plan of their own.
it.each<[string, object, object, narrow: string, wide: string]>([
  ['that one', WIDE, NARROW, 'acme', 'default'],
  ['that one and not their own', NARROW, WIDE, 'default', 'acme'],
])(
  'A-CHK-1: who acts in another organization goes by the plan of %s',
  async (_which, own, other, narrow, wide) => {
    const ask = await world(own, other);
    const invite = (organization: string, user: string) =>
      ask(organization, 'POST', '/v1/invitations', { user, roles: [] });
    // The owner has a seat in their own organization.
    if (narrow === 'acme') expect((await invite('acme', 'first')).status).toBe(201);
    expect(await invite(narrow, 'second')).toMatchObject({
      status: 403,
      body: { meter: 'users', scope: `organization:${narrow}`, limit: 1, used: 1 },
    });
    expect((await invite(wide, 'second')).status).toBe(201);

    const roles = { project: [{ role: 'reviewer', permissions: ['read'] }] };
    expect((await ask(narrow, 'PUT', '/v1/access/roles', roles)).status).toBe(403);
    expect((await ask(wide, 'PUT', '/v1/access/roles', roles)).status).toBe(200);
    for (const [organization, allowed] of [
      [narrow, false],
      [wide, true],
    ] as const) {
      for (const key of ['rbac', 'users']) {
        const { body } = await ask(organization, 'POST', '/v1/entitlements/check', { key });
        expect([organization, key, body.allowed]).toEqual([organization, key, allowed]);
      }
      const read = async () => (await ask(organization, 'GET', '/v1/agents/nobody')).status;
      expect([await read(), await read()]).toEqual(allowed ? [404, 404] : [404, 429]);
    }
  },
);

it('an organization that the installation’s owner has stopped finds in its own record when, why and by what', async () => {
  const ask = await world(WIDE, WIDE);
  const stop = { scope: 'organization', target: 'acme', reason: 'the bill was not paid' };
  const engaged = await ask('default', 'POST', '/v1/kill-switches', stop);
  expect(engaged).toMatchObject({ status: 201, body: { state: 'effective' } });
  const release = `/v1/kill-switches/${engaged.body.id}/release`;
  expect((await ask('default', 'POST', release, { reason: 'it was paid' })).status).toBe(200);
  const types = ['killswitch.engaged', 'killswitch.effective', 'killswitch.released'];
  const recordOf = async (organization: string) =>
    (await ask(organization, 'GET', `/v1/events?types=${types.join()}`)).body.items;
  const record = await recordOf('acme');
  expect(record.map(({ type }: { type: string }) => type)).toEqual(types);
  expect(record[0]).toMatchObject({
    ...{ organization: 'acme', partitionkey: 'acme', subject: `killswitch-${engaged.body.id}` },
    data: { scope: 'organization', target: 'acme', reason: 'the bill was not paid', imposed: true },
  });
  expect(await recordOf('default')).toEqual([]);
});
