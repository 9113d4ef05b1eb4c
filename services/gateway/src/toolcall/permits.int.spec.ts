import { describe, expect, it } from 'vitest';
import { announcement, READ_FILE, registerBasics } from '../testing/registered.ts';
import { startGateway } from '../testing/running-gateway.ts';

/** A permit of helper's, and a service that may execute with it. */
async function permitted(more: object = {}) {
  const gateway = await startGateway();
  const { agent, olga } = await registerBasics(gateway);
  const runner = await gateway.as('service', 'runner');
  const { body: call } = await agent('POST', '/v1/tool-calls', announcement(more));
  const permit = { permit: call.permit.token as string, arguments: { path: 'a' } };
  const use = (how: 'verify' | 'redeem', body: object = permit) => runner('POST', `/v1/permits/${how}`, body);
  return { gateway, agent, olga, runner, call, permit, use };
}

const refused = (status: number, code: string) => ({ status, body: { code } });

describe('a permit', () => {
  it('is verified as often as wanted, by whoever may call tools, and changes nothing', async () => {
    const { gateway, use, call } = await permitted();
    const { acceptedPosition } = gateway.store;
    for (const _ of [1, 2]) {
      expect(await use('verify')).toMatchObject({
        status: 200,
        body: {
          valid: true,
          tool_call_id: call.id,
          tool_name: 'read-file',
          agent_id: 'helper',
          obligations: {},
          expires_at: call.permit.expires_at,
          redeemed: false,
        },
      });
    }
    expect(gateway.store.acceptedPosition).toBe(acceptedPosition);
  });

  it('is redeemed once, and says so when it is verified', async () => {
    const { use } = await permitted();
    expect(await use('redeem')).toMatchObject({ status: 200, body: { valid: true, redeemed: true } });
    expect(await use('redeem')).toMatchObject(refused(409, 'permit_redeemed'));
    expect(await use('verify')).toMatchObject({ status: 200, body: { redeemed: true } });
  });

  it('A-TOOL-9: is redeemed once by two who come at the same time', async () => {
    const { use } = await permitted();
    const answers = await Promise.all([use('redeem'), use('redeem'), use('redeem')]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
  });

  it.each([
    ['another path', { path: 'b' }],
    ['one more argument', { path: 'a', mode: 'w' }],
    ['none', {}],
    ['another type', { path: ['a'] }],
  ])('A-TOOL-9: is not for other bytes: %s', async (_, args) => {
    const { use, permit } = await permitted();
    for (const how of ['verify', 'redeem'] as const) {
      expect(await use(how, { ...permit, arguments: args })).toMatchObject(refused(409, 'digest_mismatch'));
    }
    expect(await use('redeem')).toMatchObject({ status: 200 });
  });

  it('is for the same arguments, in whatever order they are written', async () => {
    const gateway = await startGateway();
    const { agent } = await registerBasics(gateway);
    await gateway.owner('PUT', '/v1/tools/any', { ...READ_FILE, input_schema: { type: 'object' } });
    const args = { b: { d: 1.5, c: [1, 2] }, a: 'ä' };
    const { body: call } = await agent(
      'POST',
      '/v1/tool-calls',
      announcement({ tool_name: 'any', arguments: args }),
    );
    const reordered = { a: 'ä', b: { c: [1, 2], d: 1.5 } };
    const permit = { permit: call.permit.token, arguments: reordered };
    expect(await agent('POST', '/v1/permits/redeem', permit)).toMatchObject({ status: 200 });
  });

  it.each([
    ['made up', () => 'csp_made-up'],
    ['with a mac of another', (token: string) => `${token.slice(0, -4)}AAAA`],
    ['cut short', (token: string) => token.slice(0, -1)],
    ['of no call', (token: string) => token.replace(/_[0-9a-f]{8}/, '_00000000')],
  ])('A-TOOL-10: that is %s is none', async (_, forge) => {
    const { use, permit } = await permitted();
    for (const how of ['verify', 'redeem'] as const) {
      expect(await use(how, { ...permit, permit: forge(permit.permit) })).toMatchObject(
        refused(403, 'permit_invalid'),
      );
    }
  });

  it('of another organization is none', async () => {
    const { gateway, permit } = await permitted();
    await gateway.standIns.publishesPlan('team');
    await gateway.settled();
    await gateway.owner('POST', '/v1/organizations', { id: 'acme', plan: 'team' });
    const inAcme = { 'countersign-organization': 'acme' };
    expect(await gateway.owner('POST', '/v1/permits/redeem', permit, inAcme)).toMatchObject(
      refused(403, 'permit_invalid'),
    );
  });

  it('is not for who may not call tools', async () => {
    const { olga, permit } = await permitted();
    expect(await olga('POST', '/v1/permits/verify', permit)).toMatchObject({
      status: 403,
      body: { code: 'forbidden', required_permission: 'call_tools' },
    });
  });

  it('expires at its time, before anybody looked', async () => {
    const { gateway, use, call } = await permitted();
    gateway.clock.advance(60_000);
    expect(await use('redeem')).toMatchObject(refused(410, 'expired'));
    expect(await use('verify')).toMatchObject(refused(410, 'expired'));
    await gateway.pass(0);
    expect((await gateway.types(`toolcall-${call.id}`)).at(-1)).toBe('tool-lapsed.v1');
    expect(await use('redeem')).toMatchObject(refused(410, 'expired'));
  });

  it('is void with what it was issued on, and the call is blocked before anybody is told', async () => {
    const { gateway, use, call } = await permitted();
    await gateway.owner('PUT', '/v1/tools/read-file', { ...READ_FILE, sensitivity: 'high' });
    expect(await use('verify')).toMatchObject(refused(410, 'void'));
    expect((await gateway.types(`toolcall-${call.id}`)).at(-1)).toBe('safety-blocked.v1');
  });
});

describe('what makes permits void', () => {
  it.each<[string, string, 'PUT' | 'POST' | 'DELETE', object | undefined]>([
    ['a changed tool', '/v1/tools/read-file', 'PUT', { ...READ_FILE, description: 'Reads otherwise' }],
    ['a withdrawn tool', '/v1/tools/read-file', 'DELETE', undefined],
    ['a disabled agent', '/v1/agents/helper/disable', 'POST', { reason: 'a test' }],
    ['a user that it may not act for any more', '/v1/agents/helper', 'PUT', { owner: 'olga' }],
  ])('%s', async (_, url, method, body) => {
    const { gateway, agent, call } = await permitted();
    expect((await gateway.owner(method, url, body)).status).toBeLessThan(300);
    await gateway.settled();
    expect((await agent('GET', `/v1/tool-calls/${call.id}`)).body.status).toBe('blocked');
  });

  it('is not an identical registration, and a reverted one revives nothing', async () => {
    const { gateway, agent, call, use } = await permitted();
    const { acceptedPosition } = gateway.store;
    await gateway.owner('PUT', '/v1/tools/read-file', READ_FILE);
    await gateway.owner('PUT', '/v1/agents/helper', { owner: 'alice' });
    await gateway.settled();
    expect(gateway.store.acceptedPosition).toBe(acceptedPosition);
    expect(await use('verify')).toMatchObject({ status: 200 });
    await gateway.owner('PUT', '/v1/tools/read-file', { ...READ_FILE, sensitivity: 'high' });
    await gateway.owner('PUT', '/v1/tools/read-file', READ_FILE);
    await gateway.settled();
    expect(await use('redeem')).toMatchObject(refused(410, 'void'));
    expect((await agent('GET', `/v1/tool-calls/${call.id}`)).body.status).toBe('blocked');
  });

  it('is a lost permission of the user that the tool requires', async () => {
    const gateway = await startGateway();
    const { agent } = await registerBasics(gateway);
    const developer = [{ scope: { project: 'default' }, role: 'developer' }];
    await gateway.owner('PUT', '/v1/users/alice', { roles: developer });
    await gateway.owner('PUT', '/v1/tools/read-file', {
      ...READ_FILE,
      required_permissions: ['manage_agents'],
    });
    const { body: call } = await agent('POST', '/v1/tool-calls', announcement());
    expect(call.status).toBe('authorized');
    await gateway.owner('PUT', '/v1/users/alice', { roles: [] });
    await gateway.settled();
    expect((await agent('GET', `/v1/tool-calls/${call.id}`)).body).toMatchObject({
      status: 'blocked',
      reasons: [{ layer: 'permission', code: 'right_revoked' }],
    });
  });
});
