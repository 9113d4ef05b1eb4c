import type { Call } from '@countersign/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { announcement, type Installation, registerBasics, startInstallation } from './installation.ts';

let installation: Installation;
let agent: Call;
let alice: Call;
let olga: Call;
let carol: Call;

beforeAll(async () => {
  installation = await startInstallation();
  await registerBasics(installation);
  [agent, alice, olga, carol] = await Promise.all([
    installation.as('agent', 'helper'),
    installation.as('user', 'alice'),
    installation.as('user', 'olga'),
    installation.as('user', 'carol'),
  ]);
});

const ask = async (more: object = {}) => {
  const { status, body } = await agent('POST', '/v1/tool-calls', announcement('delete-file', 'a', more));
  expect(status).toBe(202);
  return body;
};
/** The call once it is no longer being judged. */
const settled = async (id: string) => {
  const { body } = await agent('GET', `/v1/tool-calls/${id}`);
  return body.status === 'evaluating' ? (await agent('GET', `/v1/tool-calls/${id}?wait_ms=5000`)).body : body;
};
/** The call once it stands at the status. */
const becomes = async (id: string, status: string) => {
  for (;;) {
    const { body } = await agent('GET', `/v1/tool-calls/${id}?wait_ms=5000`);
    if (body.status === status) return body;
  }
};
const decide = (by: Call, call: { id: string; arguments_digest: string }, decision = 'approve') =>
  by('POST', `/v1/approvals/${call.id}/decision`, {
    decision,
    reason: 'because',
    arguments_digest: call.arguments_digest,
  });

describe('a destructive call', () => {
  it('O-HIT-11: waits for a human, shows the bytes that were judged, and goes on when one approves', async () => {
    const call = await ask();
    const { body: shown } = await olga('GET', `/v1/approvals/${call.id}`);
    expect(shown).toMatchObject({
      state: 'waiting',
      arguments: { path: 'a' },
      arguments_digest: call.arguments_digest,
      risks: expect.arrayContaining(['destructive']),
      quorum: { needed: 1, given: 0 },
    });
    expect(await decide(olga, call)).toMatchObject({
      status: 200,
      body: { state: 'granted', quorum: { given: 1 } },
    });
    expect(await settled(call.id)).toMatchObject({ status: 'authorized', verdict: 'allow' });
    expect(await decide(carol, call)).toMatchObject({ status: 409, body: { code: 'already_decided' } });
  });

  it('answers the announcement itself when it waits for the human', async () => {
    const waiting = agent(
      'POST',
      '/v1/tool-calls',
      announcement('delete-file', 'w', { wait_ms: 20_000, redeem: true }),
    );
    let call: { id: string; arguments_digest: string } | undefined;
    while (!call) {
      const { body } = await olga('GET', '/v1/approvals?state=waiting');
      call = body.items.find((item: { arguments: { path: string } }) => item.arguments.path === 'w');
    }
    await decide(olga, call);
    expect(await waiting).toMatchObject({
      status: 200,
      body: { id: call.id, status: 'redeemed', verdict: 'allow' },
    });
  });

  it('O-HIT-11: ends with one no', async () => {
    const call = await ask();
    expect(await decide(olga, call, 'deny')).toMatchObject({ status: 200, body: { state: 'denied' } });
    const { body } = await agent('GET', `/v1/tool-calls/${call.id}`);
    const ended =
      body.status === 'blocked' ? body : (await agent('GET', `/v1/tool-calls/${call.id}?wait_ms=5000`)).body;
    const reasons = [{ code: 'approval_denied' }, { code: 'approval_required', rule: 'destructive' }];
    expect(ended).toMatchObject({ status: 'blocked', reasons });
  });

  it('is not approved by who is too close, by agents, with other bytes, or twice', async () => {
    const call = await ask();
    expect(await decide(alice, call)).toMatchObject({ status: 403, body: { code: 'self_approval' } });
    expect(await decide(agent, call)).toMatchObject({ status: 403, body: { code: 'self_approval' } });
    const other = { ...call, arguments_digest: 'A'.repeat(43) };
    expect(await decide(olga, other)).toMatchObject({ status: 409, body: { code: 'digest_mismatch' } });
    await decide(olga, call);
    expect(await decide(olga, call)).toMatchObject({ status: 409, body: { code: 'already_decided' } });
  });

  it('still waits after a crash, and is decided then', async () => {
    const call = await ask();
    installation = await installation.restart('kill');
    [agent, alice, olga, carol] = await Promise.all([
      installation.as('agent', 'helper'),
      installation.as('user', 'alice'),
      installation.as('user', 'olga'),
      installation.as('user', 'carol'),
    ]);
    expect((await olga('GET', `/v1/approvals/${call.id}`)).body.state).toBe('waiting');
    expect(await decide(olga, call)).toMatchObject({ status: 200, body: { state: 'granted' } });
  });

  it('is void when its tool changes, and the call is blocked after that', async () => {
    const call = await ask();
    const { body: tool } = await installation.owner('GET', '/v1/tools/delete-file');
    const { description: _, ...rest } = tool;
    await installation.owner('PUT', '/v1/tools/delete-file', {
      description: 'Deletes, differently',
      input_schema: rest.input_schema,
      action: 'delete',
      destructive: true,
    });
    expect(await becomes(call.id, 'blocked')).toMatchObject({
      status: 'blocked',
      approval: { state: 'void' },
      reasons: [{ code: 'tool_changed' }, { code: 'approval_required' }],
    });
    expect(await decide(olga, call)).toMatchObject({ status: 410, body: { code: 'void' } });
    const { body: timeline } = await olga('GET', `/v1/tool-calls/${call.id}/timeline`);
    expect(timeline.items.slice(-2).map((event: { type: string }) => event.type)).toEqual([
      'agent.approval.voided',
      'agent.safety.blocked',
    ]);
  });
});
