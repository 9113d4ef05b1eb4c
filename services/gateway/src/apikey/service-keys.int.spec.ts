import { DEFAULT_ROLES } from '@countersign/access';
import { beforeEach, expect, it } from 'vitest';
import type { Caller } from '../testing/caller.ts';
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
