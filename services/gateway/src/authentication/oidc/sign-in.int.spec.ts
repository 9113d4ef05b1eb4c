import { beforeEach, describe, expect, it } from 'vitest';
import { callerOf } from '../../testing/caller.ts';
import { registerBasics } from '../../testing/registered.ts';
import { type RunningGateway, startGateway } from '../../testing/running-gateway.ts';
import { startTestIssuer } from '../../testing/test-issuer.ts';

const SINGLE_SIGN_ON = { flags: { sso: true } };

let issuer: Awaited<ReturnType<typeof startTestIssuer>>;
let gateway: RunningGateway;
beforeEach(async () => {
  issuer = await startTestIssuer();
  gateway = await startGateway({
    oidc: issuer.settings({ claims: { user: 'sub', organization: 'org' } }),
  });
  await gateway.standIns.publishesPlan('unlimited', SINGLE_SIGN_ON);
  await registerBasics(gateway);
});

const exp = (ms = 300_000) => Math.floor((gateway.clock.nowMs() + ms) / 1_000);
const signIn = async (sub: string, more: Record<string, unknown> = {}) =>
  callerOf(gateway.app, await issuer.sign({ sub, org: 'default', exp: exp(), ...more }));

describe('who signs in with a token of the issuer', () => {
  it('is the user of that id, with the roles that they hold', async () => {
    const olga = await signIn('olga');
    expect((await olga('GET', '/v1/agents')).status).toBe(200);
    expect(await olga('PUT', '/v1/users/eve', { roles: [] })).toMatchObject({
      status: 403,
      body: { required_permission: 'manage_users' },
    });
    const stop = { scope: 'agent', target: 'helper', reason: 'a test' };
    expect((await olga('POST', '/v1/kill-switches', stop)).status).toBe(201);
    const [engaged] = await gateway.store
      .readPage({ limit: 100, categories: ['killswitch'] })
      .then(({ events }) => events);
    expect(engaged?.data.by).toEqual({ kind: 'user', id: 'olga' });
  });

  it('owns the installation if they own its first organization, and may name another then', async () => {
    const owner = await signIn('owner');
    expect((await owner('POST', '/v1/organizations', { id: 'acme' })).status).toBe(201);
    const acme = { 'countersign-organization': 'acme' };
    expect((await owner('GET', '/v1/users', undefined, acme)).body.items).toEqual([]);
    expect((await (await signIn('olga'))('GET', '/v1/users', undefined, acme)).status).toBe(403);
  });

  it('is refused from the next request on once they are removed', async () => {
    const olga = await signIn('olga');
    await gateway.owner('DELETE', '/v1/users/olga');
    expect(await olga('GET', '/v1/agents')).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  });

  it('is nobody as long as they are no user: none is made of a token', async () => {
    const before = gateway.store.acceptedPosition;
    for (const [sub, org] of [
      ['ines', 'default'],
      ['olga', 'acme'],
      ['Olga', 'default'],
    ]) {
      const somebody = await signIn(sub as string, { org });
      expect(await somebody('GET', '/v1/agents')).toMatchObject({ status: 403 });
    }
    expect(await (await signIn('olga', { org: undefined }))('GET', '/v1/agents')).toMatchObject({
      status: 403,
    });
    expect(gateway.store.acceptedPosition).toBe(before);
  });

  it('becomes a user by accepting their invitation, and gets no key', async () => {
    const roles = [{ scope: { organization: 'default' }, role: 'viewer' }];
    const { body: made } = await gateway.owner('POST', '/v1/invitations', { user: 'ines', roles });
    const ines = await signIn('ines');
    expect((await ines('GET', '/v1/agents')).status).toBe(403);
    const eve = await signIn('eve');
    expect((await eve('POST', `/v1/invitations/${made.id}/accept`, {})).status).toBe(403);
    expect(await ines('POST', `/v1/invitations/${made.id}/accept`, {})).toMatchObject({
      status: 201,
      body: { user: { id: 'ines', roles }, key: null },
    });
    expect((await ines('GET', '/v1/agents')).status).toBe(200);
  });

  it('is told nothing more of what they waited for when the token has ended', async () => {
    const token = await issuer.sign({ sub: 'olga', org: 'default', exp: exp(1_000) });
    const olga = callerOf(gateway.app, token);
    expect((await olga('GET', '/v1/agents')).status).toBe(200);
    gateway.clock.advance(60_000);
    expect(await olga('GET', '/v1/agents')).toMatchObject({ status: 401 });
  });

  it.each([{ description: 'no flags' }, { flags: { sso: false } }])(
    'does not get in under a plan of %j, whoever they are; keys are good all the same',
    async (plan) => {
      const olga = await signIn('olga');
      expect((await olga('GET', '/v1/agents')).status).toBe(200);
      const roles = [{ scope: { organization: 'default' }, role: 'viewer' }];
      const { body: made } = await gateway.owner('POST', '/v1/invitations', { user: 'ines', roles });
      await gateway.standIns.publishesPlan('unlimited', plan as typeof SINGLE_SIGN_ON);
      await gateway.settled();
      const before = gateway.store.acceptedPosition;
      for (const [sub, method, path] of [
        ['olga', 'GET', '/v1/agents'],
        ['owner', 'GET', '/v1/agents'],
        ['ines', 'POST', `/v1/invitations/${made.id}/accept`],
      ] as const) {
        const { status, body } = await (await signIn(sub))(method, path, method === 'POST' ? {} : undefined);
        expect([status, body.code, body.detail]).toEqual([403, 'forbidden', expect.stringContaining('sso')]);
      }
      expect(gateway.store.acceptedPosition).toBe(before);
      expect((await (await gateway.as('user', 'olga'))('GET', '/v1/agents')).status).toBe(200);
    },
  );

  it('waits while the issuer can not be reached; keys are good all the same', async () => {
    const olga = await signIn('olga');
    await issuer.close();
    expect(await olga('GET', '/v1/agents')).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect((await gateway.owner('GET', '/v1/agents')).status).toBe(200);
  });
});

it('without an issuer a token is good for nothing', async () => {
  const without = await startGateway();
  const token = await issuer.sign({ sub: 'owner', org: 'default', exp: exp() });
  expect(await callerOf(without.app, token)('GET', '/v1/agents')).toMatchObject({ status: 401 });
});
