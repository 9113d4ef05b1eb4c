import { describe, expect, it } from 'vitest';
import { announcement, READ_FILE, registerBasics } from '../testing/registered.ts';
import { startGateway } from '../testing/running-gateway.ts';

async function started() {
  const gateway = await startGateway();
  return { gateway, ...(await registerBasics(gateway)) };
}

const onHelper = { scope: 'agent', target: 'helper', reason: 'it deletes too much' };

describe('engaging a switch', () => {
  it('is answered when it is effective, with the position of every step', async () => {
    const { olga } = await started();
    const { status, body } = await olga('POST', '/v1/kill-switches', onHelper);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      state: 'effective',
      scope: 'agent',
      target: 'helper',
      reason: 'it deletes too much',
      by: { kind: 'user', id: 'olga' },
      drill: false,
      ended_position: null,
    });
    expect(Number(body.engaged_position)).toBeLessThan(Number(body.effective_position));
  });

  it('voids open permits in its scope, and leaves redeemed calls and others alone', async () => {
    const { gateway, agent, olga } = await started();
    await gateway.owner('PUT', '/v1/agents/other', { owner: 'alice' });
    const other = await gateway.as('agent', 'other');
    const { body: open } = await agent('POST', '/v1/tool-calls', announcement());
    const { body: redeemed } = await agent('POST', '/v1/tool-calls', announcement({ redeem: true }));
    const { body: foreign } = await other('POST', '/v1/tool-calls', announcement({ agent_id: 'other' }));
    await olga('POST', '/v1/kill-switches', onHelper);
    await gateway.settled();
    const status = async (id: string) => (await olga('GET', `/v1/tool-calls/${id}`)).body.status;
    expect([await status(open.id), await status(redeemed.id), await status(foreign.id)]).toEqual([
      'blocked',
      'redeemed',
      'authorized',
    ]);
    expect((await gateway.types(`toolcall-${open.id}`)).slice(-2)).toEqual([
      'tool-authorized.v1',
      'safety-blocked.v1',
    ]);
  });

  it.each(['agent', 'tool'])(
    'on an %s that there is not is refused: it would stop nothing',
    async (scope) => {
      const { olga } = await started();
      const refused = await olga('POST', '/v1/kill-switches', { ...onHelper, scope, target: 'helpr' });
      expect(refused).toMatchObject({ status: 404, body: { code: 'not_found' } });
      expect(refused.body.detail).toContain('"helpr"');
      expect((await olga('GET', '/v1/kill-switches')).body.items).toEqual([]);
    },
  );

  it('as a drill goes the whole way and stops nothing', async () => {
    const { gateway, agent, olga } = await started();
    const { body: open } = await agent('POST', '/v1/tool-calls', announcement());
    const { body } = await olga('POST', '/v1/kill-switches', { ...onHelper, drill: true });
    expect(body).toMatchObject({ state: 'effective', drill: true });
    await gateway.settled();
    const permit = { permit: open.permit.token, arguments: { path: 'a' } };
    expect(await agent('POST', '/v1/permits/redeem', permit)).toMatchObject({ status: 200 });
    expect(await agent('POST', '/v1/tool-calls', announcement())).toMatchObject({ status: 200 });
  });

  it('reverted revives nothing', async () => {
    const { gateway, agent, olga } = await started();
    const { body: open } = await agent('POST', '/v1/tool-calls', announcement());
    const { body: engaged } = await olga('POST', '/v1/kill-switches', onHelper);
    await gateway.settled();
    const released = await olga('POST', `/v1/kill-switches/${engaged.id}/release`, { reason: 'mended' });
    expect(released).toMatchObject({ status: 200, body: { state: 'released' } });
    expect(Number(released.body.ended_position)).toBeGreaterThan(Number(released.body.effective_position));
    const permit = { permit: open.permit.token, arguments: { path: 'a' } };
    expect(await agent('POST', '/v1/permits/redeem', permit)).toMatchObject({ status: 410 });
    expect(await agent('POST', '/v1/tool-calls', announcement())).toMatchObject({ status: 200 });
  });

  it('with an end expires by itself', async () => {
    const { gateway, olga } = await started();
    const expires_at = new Date(gateway.clock.nowMs() + 60_000).toISOString();
    const { body } = await olga('POST', '/v1/kill-switches', { ...onHelper, expires_at });
    const state = async () => (await olga('GET', `/v1/kill-switches/${body.id}`)).body.state;
    await gateway.pass(59_999);
    expect(await state()).toBe('effective');
    await gateway.pass(1);
    expect(await state()).toBe('expired');
    const release = await olga('POST', `/v1/kill-switches/${body.id}/release`, { reason: 'x' });
    expect(release).toMatchObject({ status: 410, body: { code: 'void' } });
  });
});

describe('whose a switch is', () => {
  it('scope all and other organizations are the installation owner’s', async () => {
    const { gateway, olga } = await started();
    for (const body of [{ scope: 'all' }, { scope: 'organization', target: 'acme' }]) {
      expect(await olga('POST', '/v1/kill-switches', { ...body, reason: 'stop' })).toMatchObject({
        status: 403,
        body: { code: 'forbidden', required_permission: 'operate_installation' },
      });
    }
    const { body: all } = await gateway.owner('POST', '/v1/kill-switches', { scope: 'all', reason: 'stop' });
    expect(await olga('POST', `/v1/kill-switches/${all.id}/release`, { reason: 'go' })).toMatchObject({
      status: 403,
      body: { code: 'forbidden', required_permission: 'operate_installation' },
    });
    expect((await olga('GET', '/v1/kill-switches')).body.items).toMatchObject([{ id: all.id }]);
  });

  it('one on an organization reaches its calls and is seen there, not released there', async () => {
    const { gateway } = await started();
    await gateway.standIns.publishesPlan('team');
    await gateway.settled();
    await gateway.owner('POST', '/v1/organizations', { id: 'acme', plan: 'team' });
    const inAcme = { 'countersign-organization': 'acme' };
    const ofAcme = (method: 'POST' | 'PUT', url: string, body: object) =>
      gateway.owner(method, url, body, inAcme);
    await ofAcme('PUT', '/v1/users/ann', {
      roles: [{ scope: { organization: 'acme' }, role: 'operator' }],
    });
    await ofAcme('PUT', '/v1/agents/bot', { owner: 'ann' });
    await ofAcme('PUT', '/v1/tools/read-file', READ_FILE);
    const { body: key } = await ofAcme('POST', '/v1/keys', { principal: { kind: 'user', id: 'ann' } });
    const ann: typeof gateway.owner = (method, url, body) =>
      gateway.owner(method, url, body, { authorization: `Bearer ${key.key}` });
    const { body: call } = await ofAcme('POST', '/v1/tool-calls', announcement({ agent_id: 'bot' }));
    expect(call.status).toBe('authorized');

    const target = { scope: 'organization', target: 'acme', reason: 'unpaid' };
    const { body: engaged } = await gateway.owner('POST', '/v1/kill-switches', target);
    expect(engaged.state).toBe('effective');
    await gateway.settled();
    expect((await ann('GET', `/v1/tool-calls/${call.id}`)).body).toMatchObject({
      status: 'blocked',
      reasons: [{ code: 'killed' }],
    });
    for (const caller of [ann, gateway.owner])
      expect((await caller('GET', '/v1/kill-switches')).body.items).toMatchObject([{ id: engaged.id }]);
    const release = `/v1/kill-switches/${engaged.id}/release`;
    expect(await ann('POST', release, { reason: 'go' })).toMatchObject({ status: 403 });
    expect(await gateway.owner('POST', release, { reason: 'paid' })).toMatchObject({ status: 200 });
    // Whoever was stopped can show it from their own record.
    const record = await gateway.store.read(`killswitch-${engaged.id}`);
    expect(record.map(({ metadata }) => metadata.organization)).toEqual(['acme', 'acme', 'acme']);
  });

  it('those of others do not exist', async () => {
    const { olga } = await started();
    const unknown = '01a1fd5a-0e60-7260-a743-00000000000b';
    expect(await olga('GET', `/v1/kill-switches/${unknown}`)).toMatchObject({ status: 404 });
    expect(await olga('POST', `/v1/kill-switches/${unknown}/release`, { reason: 'x' })).toMatchObject({
      status: 404,
    });
  });

  it('needs the right to engage', async () => {
    const { agent, gateway } = await started();
    const alice = await gateway.as('user', 'alice');
    for (const caller of [agent, alice]) {
      expect(await caller('POST', '/v1/kill-switches', onHelper)).toMatchObject({
        status: 403,
        body: { required_permission: 'engage_kill_switch' },
      });
    }
  });
});

it('lists switches by state, in order', async () => {
  const { olga } = await started();
  const ids: string[] = [];
  for (const target of ['a', 'b', 'c']) {
    const onUser = { ...onHelper, scope: 'user', target };
    ids.push((await olga('POST', '/v1/kill-switches', onUser)).body.id);
  }
  await olga('POST', `/v1/kill-switches/${ids[1]}/release`, { reason: 'x' });
  const idsOf = async (query: string) =>
    (await olga('GET', `/v1/kill-switches${query}`)).body.items.map((item: { id: string }) => item.id);
  expect(await idsOf('')).toEqual(ids);
  expect(await idsOf('?state=effective')).toEqual([ids[0], ids[2]]);
  expect(await idsOf(`?limit=1&after=${ids[0]}`)).toEqual([ids[1]]);
});
