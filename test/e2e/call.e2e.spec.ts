import type { Call } from '@countersign/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { announcement, type Installation, registerBasics, startInstallation } from './installation.ts';

let installation: Installation;
let agent: Call;
let olga: Call;

beforeAll(async () => {
  installation = await startInstallation();
  await registerBasics(installation);
  agent = await installation.as('agent', 'helper');
  olga = await installation.as('user', 'olga');
});

const types = (events: { type: string }[]) => events.map((event) => event.type);

describe('a call that is allowed', () => {
  it('O-TG-1: is permitted, redeemed once by its bytes, reported once, and tells all of it in order', async () => {
    const { status, body: allowed } = await agent('POST', '/v1/tool-calls', announcement('read-file', 'a'));
    expect(status).toBe(200);
    expect(allowed).toMatchObject({
      status: 'authorized',
      verdict: 'allow',
      replayed: false,
      permit: { redeemed: false },
    });
    const { token } = allowed.permit;
    const redeem = (path: string) =>
      agent('POST', '/v1/permits/redeem', { permit: token, arguments: { path } });

    expect(
      await agent('POST', '/v1/permits/verify', { permit: token, arguments: { path: 'a' } }),
    ).toMatchObject({
      status: 200,
      body: { valid: true, redeemed: false, tool_call_id: allowed.id },
    });
    expect(await redeem('b')).toMatchObject({ status: 409, body: { code: 'digest_mismatch' } });
    expect(await redeem('a')).toMatchObject({ status: 200, body: { redeemed: true } });
    expect(await redeem('a')).toMatchObject({ status: 409, body: { code: 'permit_redeemed' } });

    const report = (outcome: object) =>
      agent('POST', `/v1/tool-calls/${allowed.id}/outcome`, { permit: token, ...outcome });
    expect(await report({ success: true, result: 'x' })).toMatchObject({
      status: 200,
      body: { status: 'succeeded' },
    });
    expect(await report({ success: true, result: 'x' })).toMatchObject({
      status: 200,
      body: { status: 'succeeded' },
    });
    expect(await report({ success: true, result: 'y' })).toMatchObject({
      status: 409,
      body: { code: 'outcome_conflict' },
    });

    const { body: timeline } = await agent('GET', `/v1/tool-calls/${allowed.id}/timeline`);
    expect(types(timeline.items)).toEqual([
      'agent.decision.made',
      'agent.tool.requested',
      'agent.tool.evaluated',
      'agent.quota.reserved',
      'agent.tool.authorized',
      'agent.permit.redeemed',
      'agent.tool.called',
      'agent.quota.committed',
    ]);
    expect(timeline.items[1].data).toMatchObject({ arguments: { path: 'a' }, reason: 'a test' });
  });

  it('O-TG-9: shows its token to the agent and to nobody else', async () => {
    const { body: allowed } = await agent('POST', '/v1/tool-calls', announcement('read-file', 'a'));
    const { body: own } = await agent('GET', `/v1/tool-calls/${allowed.id}`);
    const { body: foreign } = await olga('GET', `/v1/tool-calls/${allowed.id}`);
    expect(own.permit.token).toBe(allowed.permit.token);
    expect(foreign.permit).toEqual({ expires_at: allowed.permit.expires_at, redeemed: false });
  });

  it('is redeemed in the append that authorizes when the caller executes itself', async () => {
    const { body } = await agent('POST', '/v1/tool-calls', announcement('read-file', 'a', { redeem: true }));
    expect(body).toMatchObject({ status: 'redeemed', permit: { redeemed: true } });
  });

  it('keeps an outcome without a redemption, as unauthorized', async () => {
    const { body: allowed } = await agent('POST', '/v1/tool-calls', announcement('read-file', 'a'));
    const outcome = { permit: allowed.permit.token, success: true };
    expect(await agent('POST', `/v1/tool-calls/${allowed.id}/outcome`, outcome)).toMatchObject({
      status: 403,
      body: { code: 'permit_invalid', unauthorized: true, call_status: 'succeeded' },
    });
    const { body } = await agent('GET', `/v1/tool-calls/${allowed.id}`);
    expect(body).toMatchObject({ status: 'succeeded', outcome: { unauthorized: true } });
  });

  it('is not known by a forged permit', async () => {
    const { body: allowed } = await agent('POST', '/v1/tool-calls', announcement('read-file', 'a'));
    const forged = `${allowed.permit.token.slice(0, -2)}xx`;
    expect(
      await agent('POST', '/v1/permits/redeem', { permit: forged, arguments: { path: 'a' } }),
    ).toMatchObject({
      status: 403,
      body: { code: 'permit_invalid' },
    });
  });
});

describe('an idempotency key', () => {
  it('O-TG-5: is one call: the same body answers it again, another body is a conflict', async () => {
    const key = { 'idempotency-key': '01a1fda2-76de-7eca-a4b9-5c05ca7abb9f' };
    const first = await agent('POST', '/v1/tool-calls', announcement('read-file', 'k'), key);
    const again = await agent('POST', '/v1/tool-calls', announcement('read-file', 'k'), key);
    expect(again.body).toMatchObject({
      id: first.body.id,
      replayed: true,
      permit: { token: first.body.permit.token },
    });
    expect(first.body.id[14]).toBe('8');
    expect(await agent('POST', '/v1/tool-calls', announcement('read-file', 'other'), key)).toMatchObject({
      status: 409,
      body: { code: 'idempotency_conflict' },
    });
  });

  it('is used up by a refusal', async () => {
    const key = { 'idempotency-key': 'refused-once' };
    const first = await agent('POST', '/v1/tool-calls', announcement('no-such-tool', 'k'), key);
    const again = await agent('POST', '/v1/tool-calls', announcement('no-such-tool', 'k'), key);
    expect(first).toMatchObject({ status: 403, body: { code: 'denied', replayed: false } });
    expect(again).toMatchObject({
      status: 403,
      body: { code: 'denied', replayed: true, tool_call_id: first.body.tool_call_id },
    });
  });
});

describe('a call that is refused', () => {
  it.each([
    ['an undeclared tool', announcement('no-such-tool', 'a'), 403, 'denied', 'unknown_tool'],
    [
      'arguments that do not fit',
      announcement('read-file', 'a', { arguments: { p: 1 } }),
      422,
      'arguments_invalid',
      'arguments_invalid',
    ],
    [
      'a user it may not act for',
      announcement('read-file', 'a', { user_id: 'olga' }),
      403,
      'user_not_delegated',
      'user_not_delegated',
    ],
  ])('O-TG-2, O-TG-4: is recorded: %s', async (_, body, status, code, reason) => {
    const answer = await agent('POST', '/v1/tool-calls', body);
    expect(answer).toMatchObject({ status, body: { code, reasons: [{ code: reason }] } });
    const { body: timeline } = await olga('GET', `/v1/tool-calls/${answer.body.tool_call_id}/timeline`);
    expect(types(timeline.items)).toEqual([
      'agent.decision.made',
      'agent.tool.requested',
      'agent.tool.evaluated',
      'agent.safety.blocked',
    ]);
  });

  it('O-TG-3: names every argument that is wrong', async () => {
    const { body } = await agent(
      'POST',
      '/v1/tool-calls',
      announcement('read-file', 'a', { arguments: { p: 1 } }),
    );
    expect(body.errors.map((error: { pointer: string }) => error.pointer)).toContain('/arguments/path');
  });

  it('is not recorded when it is no announcement', async () => {
    const { status, body } = await agent('POST', '/v1/tool-calls', { agent_id: 'helper', arguments: [] });
    expect(status).toBe(400);
    expect(body.errors.length).toBeGreaterThan(2);
  });

  it('O-TG-5: may be announced by the agent alone, or by who manages agents', async () => {
    expect(await olga('POST', '/v1/tool-calls', announcement('read-file', 'a'))).toMatchObject({
      status: 403,
      body: { code: 'forbidden', required_permission: 'manage_agents' },
    });
    const asAnother = announcement('read-file', 'a', { agent_id: 'somebody-else' });
    expect(await agent('POST', '/v1/tool-calls', asAnother)).toMatchObject({ status: 403 });
  });
});
