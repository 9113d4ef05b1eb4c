import type { Call } from '@countersign/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { announcement, type Installation, registerBasics, startInstallation } from './installation.ts';

let installation: Installation;
let agent: Call;
let olga: Call;

beforeAll(async () => {
  installation = await startInstallation({
    COUNTERSIGN_PERMIT_TTL_MS: '1500',
    COUNTERSIGN_OUTCOME_TTL_MS: '1000',
  });
  await registerBasics(installation);
  agent = await installation.as('agent', 'helper');
  olga = await installation.as('user', 'olga');
});

const read = (path = 'a', more: object = {}) =>
  agent('POST', '/v1/tool-calls', announcement('read-file', path, more));
/** The call once it stands at the status; the answer is held back until it changes. */
const becomes = async (id: string, status: string) => {
  for (;;) {
    const { body } = await agent('GET', `/v1/tool-calls/${id}?wait_ms=5000`);
    if (body.status === status) return body;
  }
};

describe('a kill switch', () => {
  it('stops what is in scope, voids open permits and waiting approvals, and leaves redeemed calls alone', async () => {
    const { body: open } = await read();
    const { body: redeemed } = await read('b', { redeem: true });
    const { body: waiting } = await agent('POST', '/v1/tool-calls', announcement('delete-file', 'c'));
    const { status, body: engaged } = await olga('POST', '/v1/kill-switches', {
      scope: 'agent',
      target: 'helper',
      reason: 'stop',
    });
    expect(status).toBe(201);
    expect(engaged).toMatchObject({ state: 'effective', drill: false });

    expect(await read()).toMatchObject({
      status: 403,
      body: { code: 'denied', reasons: [{ code: 'killed' }] },
    });
    const permit = { permit: open.permit.token, arguments: { path: 'a' } };
    expect(await agent('POST', '/v1/permits/redeem', permit)).toMatchObject({
      status: 410,
      body: { code: 'void' },
    });
    expect(await becomes(open.id, 'blocked')).toMatchObject({ reasons: [{ code: 'killed' }] });
    expect(await becomes(waiting.id, 'blocked')).toMatchObject({ approval: { state: 'void' } });
    const outcome = { permit: redeemed.permit.token, success: true };
    expect(await agent('POST', `/v1/tool-calls/${redeemed.id}/outcome`, outcome)).toMatchObject({
      body: { status: 'succeeded' },
    });

    const released = await olga('POST', `/v1/kill-switches/${engaged.id}/release`, { reason: 'go on' });
    expect(released).toMatchObject({ status: 200, body: { state: 'released' } });
    expect((await read()).status).toBe(200);
    expect((await agent('GET', `/v1/tool-calls/${open.id}`)).body.status).toBe('blocked');
  });

  it('stops nothing as a drill, and becomes effective all the same', async () => {
    const { body } = await olga('POST', '/v1/kill-switches', {
      scope: 'organization',
      reason: 'drill',
      drill: true,
    });
    expect(body).toMatchObject({ state: 'effective', drill: true, target: 'default' });
    expect((await read()).status).toBe(200);
    await olga('POST', `/v1/kill-switches/${body.id}/release`, { reason: 'done' });
  });

  it('is the installation owner’s for everything, and wins over every other cause', async () => {
    expect((await olga('POST', '/v1/kill-switches', { scope: 'all', reason: 'no' })).status).toBe(403);
    const { body } = await installation.owner('POST', '/v1/kill-switches', { scope: 'all', reason: 'stop' });
    const answer = await agent('POST', '/v1/tool-calls', announcement('no-such-tool', 'a'));
    expect(answer).toMatchObject({ status: 403, body: { code: 'denied', call_status: 'blocked' } });
    expect(answer.body.reasons.map((reason: { code: string }) => reason.code)).toEqual([
      'killed',
      'unknown_tool',
    ]);
    await installation.owner('POST', `/v1/kill-switches/${body.id}/release`, { reason: 'go on' });
  });

  it('ends by itself at its expiry', async () => {
    const expires_at = new Date(Date.now() + 300).toISOString();
    const { body } = await olga('POST', '/v1/kill-switches', {
      scope: 'tool',
      target: 'read-file',
      reason: 'a moment',
      expires_at,
    });
    for (let state = body.state; state !== 'expired'; ) {
      state = (await olga('GET', `/v1/kill-switches/${body.id}`)).body.state;
    }
    expect((await read()).status).toBe(200);
  });
});

describe('a permit', () => {
  it('lapses unredeemed, and gives its quota back', async () => {
    const { body } = await read();
    await becomes(body.id, 'lapsed');
    const permit = { permit: body.permit.token, arguments: { path: 'a' } };
    expect(await agent('POST', '/v1/permits/redeem', permit)).toMatchObject({
      status: 410,
      body: { code: 'expired' },
    });
    const { body: timeline } = await olga('GET', `/v1/tool-calls/${body.id}/timeline`);
    const types = timeline.items.map((event: { type: string }) => event.type);
    expect(types).toContain('agent.tool.lapsed');
  });

  it('redeemed without an outcome is abandoned; a late outcome replaces that', async () => {
    const { body } = await read('a', { redeem: true });
    await becomes(body.id, 'abandoned');
    const outcome = { permit: body.permit.token, success: true };
    expect(await agent('POST', `/v1/tool-calls/${body.id}/outcome`, outcome)).toMatchObject({
      body: { status: 'succeeded' },
    });
    expect((await agent('GET', `/v1/tool-calls/${body.id}`)).body.outcome).toMatchObject({
      late: true,
      unauthorized: false,
    });
  });
});

describe('a disabled agent', () => {
  it('is refused, its permits are void, and enabling revives nothing', async () => {
    const { body: open } = await read();
    await installation.owner('POST', '/v1/agents/helper/disable', { reason: 'odd' });
    expect(await read()).toMatchObject({ status: 403, body: { reasons: [{ code: 'agent_disabled' }] } });
    await becomes(open.id, 'blocked');
    await installation.owner('POST', '/v1/agents/helper/enable', { reason: 'fine' });
    expect((await read()).status).toBe(200);
    expect((await agent('GET', `/v1/tool-calls/${open.id}`)).body.status).toBe('blocked');
  });
});
