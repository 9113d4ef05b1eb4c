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

const VIEWER = { scope: { organization: 'default' }, role: 'viewer' };
const invite = (more: object = {}, by: Caller = gateway.owner) =>
  by('POST', '/v1/invitations', { user: 'ines', handle: 'ines@example.org', roles: [VIEWER], ...more });
const accept = (id: string, token: string, body: object = {}) =>
  callerOf(gateway.app, token)('POST', `/v1/invitations/${id}/accept`, body);

describe('an invitation', () => {
  it('makes a user with a key of who holds its token, once', async () => {
    const { status, body: made } = await invite();
    expect([status, made.state, made.handle]).toEqual([201, 'pending', 'ines@example.org']);
    const accepted = await accept(made.id, made.token, { key_name: 'laptop' });
    expect(accepted).toMatchObject({
      status: 201,
      body: { user: { id: 'ines', roles: [VIEWER] }, key: { name: 'laptop' } },
    });
    const ines = callerOf(gateway.app, accepted.body.key.key);
    expect((await ines('GET', '/v1/users')).status).toBe(200);
    expect(await accept(made.id, made.token)).toMatchObject({ status: 410, body: { code: 'void' } });
    expect((await gateway.owner('GET', `/v1/invitations/${made.id}`)).body.state).toBe('accepted');
  });

  it('has a token that is shown once, stored nowhere, and good for nothing else', async () => {
    const { body: made } = await invite();
    const { body: listed } = await gateway.owner('GET', '/v1/invitations');
    const secret = made.token.split('_').slice(2).join('_');
    expect(secret.length).toBeGreaterThan(40);
    expect(JSON.stringify(listed)).not.toContain(secret);
    for (const { data, sealed } of await gateway.store.read(`invitation-${made.id}`)) {
      expect(JSON.stringify([data, sealed])).not.toContain(secret);
      expect(JSON.stringify(data)).not.toContain('ines@');
    }
    const invited = callerOf(gateway.app, made.token);
    expect((await invited('GET', '/v1/users')).status).toBe(401);
    expect((await invited('POST', `/v1/keys`, { principal: { kind: 'user', id: 'ines' } })).status).toBe(401);
    const other = await invite({ user: 'otto' });
    expect((await accept(other.body.id, made.token)).status).toBe(401);
    expect((await accept(made.id, `${made.token.slice(0, -2)}AA`)).status).toBe(401);
    const ownKey = callerOf(gateway.app, gateway.ownerKey);
    expect((await ownKey('POST', `/v1/invitations/${made.id}/accept`, {})).status).toBe(404);
  });

  it('ends when it is revoked, and by itself', async () => {
    const { body: revoked } = await invite();
    expect((await gateway.owner('DELETE', `/v1/invitations/${revoked.id}`)).status).toBe(204);
    expect(await accept(revoked.id, revoked.token)).toMatchObject({ status: 410, body: { code: 'void' } });
    const { body: brief } = await invite({ expires_in_ms: 1_000 });
    await gateway.pass(1_000);
    expect(await gateway.types(`invitation-${brief.id}`)).toEqual([
      'invitation-created.v1',
      'invitation-expired.v1',
    ]);
    expect(await accept(brief.id, brief.token)).toMatchObject({ status: 410, body: { code: 'expired' } });
    const states = (await gateway.owner('GET', '/v1/invitations')).body.items;
    expect(states.map(({ state }: { state: string }) => state)).toEqual(['revoked', 'expired']);
    expect((await gateway.owner('GET', '/v1/invitations?state=pending')).body.items).toEqual([]);
  });

  it('is for who is no user and not invited yet', async () => {
    expect((await invite({ user: 'olga' })).status).toBe(409);
    await invite();
    expect((await invite()).status).toBe(409);
  });

  it('by two at once makes one user', async () => {
    const { body: made } = await invite();
    const answers = await Promise.all([accept(made.id, made.token), accept(made.id, made.token)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 410]);
    expect(await gateway.types('user-default:ines')).toEqual(['user-registered.v1']);
  });

  it('is void when who is invited was made a user since, and removed', async () => {
    const { body: made } = await invite();
    await gateway.owner('PUT', '/v1/users/ines', { roles: [] });
    expect((await gateway.owner('GET', `/v1/invitations/${made.id}`)).body.state).toBe('revoked');
    await gateway.owner('DELETE', '/v1/users/ines');
    expect(await accept(made.id, made.token)).toMatchObject({ status: 410, body: { code: 'void' } });
    const { body: anew } = await invite();
    expect((await accept(made.id, made.token)).status).toBe(410);
    expect((await accept(anew.id, anew.token)).status).toBe(201);
  });

  it('of one person who is invited twice at once is accepted once', async () => {
    gateway.board.hold();
    const invited = async (role: string) => {
      const isMade = gateway.happens('invitation-created.v1');
      const answer = invite({ roles: [{ ...VIEWER, role }] });
      await isMade;
      return { answer };
    };
    const first = await invited('viewer');
    const second = await invited('operator');
    await gateway.board.release();
    const [{ body: one }, { body: other }] = await Promise.all([first.answer, second.answer]);
    const answers = await Promise.all([accept(one.id, one.token), accept(other.id, other.token)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 410]);
    expect(await gateway.types('user-default:ines')).toEqual(['user-registered.v1']);
    await gateway.owner('DELETE', '/v1/users/ines');
    for (const { id, token } of [one, other])
      expect(await accept(id, token)).toMatchObject({ status: 410, body: { code: 'void' } });
  });

  it('is accepted with the token by nobody where a list, review or policy names who is invited since then', async () => {
    const organization = [
      ...DEFAULT_ROLES.organization,
      { role: 'hr', permissions: ['read', 'manage_users'] },
    ];
    gateway = await startGateway({ roles: { ...DEFAULT_ROLES, organization } });
    const hr = { scope: { organization: 'default' }, role: 'hr' };
    await gateway.owner('PUT', '/v1/users/dana', { roles: [hr] });
    const dana = await gateway.as('user', 'dana');
    const { body: made } = await invite({ roles: [] }, dana);
    const { body: other } = await invite({ user: 'otto', roles: [] }, dana);
    await gateway.standIns.reviewsAccess('default', 'intent-1', 'user:ines');
    expect(await accept(made.id, made.token)).toMatchObject({ status: 410, body: { code: 'void' } });
    expect((await accept(other.id, other.token)).status).toBe(201);
    await gateway.owner('DELETE', `/v1/invitations/${made.id}`);
    const { body: anew } = await invite();
    expect((await accept(anew.id, anew.token)).status).toBe(201);
  });

  it('gives nothing that who invited may not give when it is accepted', async () => {
    const acme = { 'countersign-organization': 'acme' };
    await gateway.standIns.publishesPlan('unlimited');
    await gateway.owner('POST', '/v1/organizations', { id: 'acme' });
    const owner = { scope: { organization: 'acme' }, role: 'owner' };
    const put = (roles: object[]) => gateway.owner('PUT', '/v1/users/ada', { roles }, acme);
    await put([owner]);
    const principal = { kind: 'user', id: 'ada' };
    const { body: key } = await gateway.owner('POST', '/v1/keys', { principal }, acme);
    const ada = callerOf(gateway.app, key.key);
    const { body: made } = await invite({ roles: [owner] }, ada);
    await put([]);
    expect(await accept(made.id, made.token)).toMatchObject({ status: 410, body: { code: 'void' } });
    expect(await gateway.types('user-acme:ines')).toEqual([]);
    await put([owner]);
    expect((await accept(made.id, made.token)).status).toBe(201);
  });
});
