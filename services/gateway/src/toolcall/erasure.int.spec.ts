import { describe, expect, it } from 'vitest';
import { announcement, registerBasics } from '../testing/registered.ts';
import { startGateway } from '../testing/running-gateway.ts';

const KEY = { 'idempotency-key': 'erased-1' };
const ERASED = { erased: true };

/** Two calls of alice's agent, one reported and one with an open permit; then alice's keys are destroyed. */
async function erased() {
  const gateway = await startGateway();
  const { agent, olga } = await registerBasics(gateway);
  await gateway.owner('PUT', '/v1/users/alice', { display_name: 'Alice', roles: [] });
  const { body: reported } = await agent('POST', '/v1/tool-calls', announcement({ redeem: true }));
  const outcome = {
    permit: reported.permit.token,
    success: false,
    result: { rows: 3 },
    error: 'Alice is out',
  };
  await agent('POST', `/v1/tool-calls/${reported.id}/outcome`, outcome);
  const { body: open } = await agent(
    'POST',
    '/v1/tool-calls',
    announcement({ reasoning: 'she said so' }),
    KEY,
  );
  await gateway.vault.destroy({ organization: 'default', subject: 'alice' });
  return { gateway, agent, olga, reported, open, outcome };
}

describe('after the erasure of a person', () => {
  it('a call is shown without the words', async () => {
    const { agent, reported, open } = await erased();
    expect((await agent('GET', `/v1/tool-calls/${open.id}`)).body).toMatchObject({
      status: 'authorized',
      arguments: ERASED,
      arguments_digest: open.arguments_digest,
      permit: { token: open.permit.token },
    });
    expect((await agent('GET', `/v1/tool-calls/${reported.id}`)).body).toMatchObject({
      status: 'failed',
      arguments: ERASED,
      outcome: { success: false, result: ERASED, error: ERASED },
    });
  });

  it('so is a list of calls', async () => {
    const { agent, olga } = await erased();
    for (const caller of [agent, olga]) {
      const { body } = await caller('GET', '/v1/tool-calls');
      expect(body.items.map((item: { arguments: unknown }) => item.arguments)).toEqual([ERASED, ERASED]);
    }
  });

  it('the timeline has every event, and says which words are gone', async () => {
    const { agent, reported } = await erased();
    const { body } = await agent('GET', `/v1/tool-calls/${reported.id}/timeline`);
    const data = Object.fromEntries(
      body.items.map((item: { type: string; data: object }) => [item.type, item.data]),
    );
    expect(data['agent.tool.requested']).toMatchObject({ arguments: ERASED, reason: ERASED });
    expect(data['agent.tool.called']).toMatchObject({ arguments: ERASED, result: ERASED, error: ERASED });
    expect(JSON.stringify(body)).not.toContain('Alice is out');
  });

  it('a permit is void: what it was issued for can not be compared any more', async () => {
    const { agent, open } = await erased();
    const permit = { permit: open.permit.token, arguments: { path: 'a' } };
    for (const use of ['verify', 'redeem']) {
      expect(await agent('POST', `/v1/permits/${use}`, permit)).toMatchObject({
        status: 410,
        body: { code: 'void' },
      });
    }
  });

  it('a repeat of the announcement is the same call', async () => {
    const { agent, open } = await erased();
    const again = await agent('POST', '/v1/tool-calls', announcement({ reasoning: 'she said so' }), KEY);
    expect(again).toMatchObject({ status: 200, body: { id: open.id, replayed: true } });
    const other = await agent('POST', '/v1/tool-calls', announcement({ session_id: 's2' }), KEY);
    expect(other).toMatchObject({ status: 409, body: { code: 'idempotency_conflict' } });
  });

  it('outcomes are recorded, and told from others as far as they can be', async () => {
    const { gateway, agent, reported, open, outcome } = await erased();
    const url = `/v1/tool-calls/${reported.id}/outcome`;
    expect((await agent('POST', url, outcome)).status).toBe(200);
    expect(await agent('POST', url, { ...outcome, success: true })).toMatchObject({ status: 409 });
    const late = { permit: open.permit.token, success: true, result: 'new' };
    expect(await agent('POST', `/v1/tool-calls/${open.id}/outcome`, late)).toMatchObject({
      status: 403,
      body: { code: 'permit_invalid', unauthorized: true },
    });
    expect(await gateway.types(`toolcall-${open.id}`)).toContain('tool-called.v1');
    expect((await agent('GET', `/v1/tool-calls/${open.id}`)).body).toMatchObject({
      arguments: ERASED,
      outcome: { result: 'new' },
    });
  });

  it('names and reasons are gone where they stood', async () => {
    const { gateway, olga } = await erased();
    const { body: killSwitch } = await olga('POST', '/v1/kill-switches', {
      scope: 'tool',
      target: 'read-file',
      reason: 'Alice called',
    });
    expect(killSwitch.reason).toBe('Alice called');
    await gateway.vault.destroy({ organization: 'default', subject: 'olga' });
    expect((await olga('GET', `/v1/kill-switches/${killSwitch.id}`)).body).toMatchObject({
      state: 'effective',
      reason: ERASED,
    });
    expect((await olga('GET', '/v1/users/alice')).body).toMatchObject({ display_name: ERASED, roles: [] });
    expect((await olga('GET', '/v1/agents/helper')).body).toMatchObject({ enabled: true });
  });

  it('the agent goes on: new words have a new key', async () => {
    const { agent } = await erased();
    const { status, body } = await agent('POST', '/v1/tool-calls', announcement());
    expect(status).toBe(200);
    expect((await agent('GET', `/v1/tool-calls/${body.id}`)).body.arguments).toEqual({ path: 'a' });
  });
});
