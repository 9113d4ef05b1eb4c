import { callIdFromKey } from '@countersign/event-sourcing';
import { describe, expect, it } from 'vitest';
import { announcement, registerBasics } from '../testing/registered.ts';
import { startGateway } from '../testing/running-gateway.ts';

const KEY = { 'idempotency-key': 'ask-a-human' };
const ID = callIdFromKey('default', 'agent:helper', KEY['idempotency-key']);

async function asking() {
  const gateway = await startGateway({ judge: () => 'require_approval' });
  const { agent, olga } = await registerBasics(gateway);
  const announce = (more: object = {}) => agent('POST', '/v1/tool-calls', announcement(more), KEY);
  const get = (query = '') => agent('GET', `/v1/tool-calls/${ID}${query}`);
  return { gateway, agent, olga, announce, get };
}

describe('a call that a human is asked about', () => {
  it('is answered at once to who does not wait', async () => {
    const { announce } = await asking();
    expect(await announce()).toMatchObject({
      status: 202,
      body: {
        id: ID,
        status: 'awaiting_approval',
        verdict: 'require_approval',
        approval: { id: ID, state: 'waiting' },
      },
    });
  });

  it('is answered with the permit to who waits for the grant', async () => {
    const { gateway, announce } = await asking();
    const asked = gateway.happens('stand-in:agent.approval.requested');
    const answering = announce({ wait_ms: 30_000 });
    await asked;
    await gateway.standIns.answers(ID, 'granted');
    await gateway.standIns.evaluates(ID, { phase: 'release', verdict: 'allow' });
    await gateway.standIns.reserves(ID);
    expect(await answering).toMatchObject({
      status: 200,
      body: { status: 'authorized', verdict: 'allow', permit: { redeemed: false } },
    });
  });

  it('is redeemed when it is granted, where it was announced so', async () => {
    const { gateway, announce, get } = await asking();
    await announce({ redeem: true });
    await gateway.standIns.answers(ID, 'granted');
    await gateway.standIns.evaluates(ID, { phase: 'release', verdict: 'allow' });
    await gateway.standIns.reserves(ID);
    await gateway.settled();
    expect((await get()).body).toMatchObject({ status: 'redeemed', permit: { redeemed: true } });
  });

  it.each([
    ['denied', 'approval_denied'],
    ['expired', 'approval_expired'],
  ] as const)('is refused when the question is %s', async (how, reason) => {
    const { gateway, announce } = await asking();
    const asked = gateway.happens('stand-in:agent.approval.requested');
    const answering = announce({ wait_ms: 30_000 });
    await asked;
    await gateway.standIns.answers(ID, how);
    expect(await answering).toMatchObject({
      status: 403,
      body: { code: 'denied', call_status: 'blocked', reasons: [{ code: reason }] },
    });
  });

  it('does not become undecided while the question stands, and does when nothing follows the grant', async () => {
    const { gateway, announce, get } = await asking();
    await announce();
    await gateway.pass(50_000);
    expect((await get()).body.status).toBe('awaiting_approval');
    await gateway.standIns.answers(ID, 'granted');
    await gateway.settled();
    await gateway.pass(1_999);
    expect((await get()).body.status).toBe('evaluating');
    await gateway.pass(1);
    expect((await get()).body).toMatchObject({ status: 'blocked', reasons: [{ code: 'undecided' }] });
  });

  it('that a human granted and a meter refused ends as just that', async () => {
    const { gateway, announce } = await asking();
    await announce();
    await gateway.standIns.answers(ID, 'granted');
    await gateway.standIns.evaluates(ID, { phase: 'release', verdict: 'allow' });
    await gateway.standIns.throttles(ID);
    await gateway.settled();
    expect(await announce()).toMatchObject({
      status: 429,
      headers: { 'retry-after': '2' },
      body: {
        code: 'throttled',
        throttle: 'include:tool_calls',
        retry_after_ms: 1_500,
        reasons: [{ code: 'approved_but_over_quota' }, { code: 'throttled' }],
      },
    });
  });
});

describe('a long poll', () => {
  it('is answered by the next change, and not in the midst of one', async () => {
    const { gateway, announce, get } = await asking();
    await announce();
    const polling = get('?wait_ms=30000');
    await gateway.settled();
    await gateway.standIns.answers(ID, 'denied');
    expect((await polling).body).toMatchObject({ status: 'blocked', approval: { state: 'denied' } });
  });

  it('that tells what it has seen is answered at once with what it has missed', async () => {
    const { gateway, announce, get } = await asking();
    const { body: seen } = await announce();
    await gateway.standIns.answers(ID, 'granted');
    await gateway.settled();
    const { body: missed } = await get(`?wait_ms=30000&after=${seen.position}`);
    expect(missed).toMatchObject({ status: 'evaluating', approval: { state: 'granted' } });
    const polling = get(`?wait_ms=30000&after=${missed.position}`);
    await gateway.settled();
    await gateway.standIns.evaluates(ID, { phase: 'release', verdict: 'allow' });
    await gateway.standIns.reserves(ID);
    expect(Number((await polling).body.position)).toBeGreaterThan(Number(missed.position));
  });

  it.each([
    ['9', 'blocked'],
    ['99999999', 'awaiting_approval'],
  ])('compares positions by length, then text: after %s', async (after, status) => {
    const { gateway, announce, get } = await asking();
    await announce();
    if (status === 'blocked') await gateway.standIns.answers(ID, 'denied');
    await gateway.settled();
    expect((await get(`?wait_ms=1&after=${after}`)).body.status).toBe(status);
  });

  it('of a call that has ended is answered at once', async () => {
    const { gateway, announce, get } = await asking();
    await announce();
    await gateway.standIns.answers(ID, 'denied');
    await gateway.settled();
    expect((await get('?wait_ms=30000')).body.status).toBe('blocked');
  });

  it('after its time answers the call as it is', async () => {
    const { announce, get } = await asking();
    await announce();
    expect((await get('?wait_ms=1')).body.status).toBe('awaiting_approval');
  });
});

describe('who may see a call', () => {
  it('is its agent, who asked, and who may read: nobody else hears that it exists', async () => {
    const { gateway, olga, announce, get } = await asking();
    await announce();
    await gateway.owner('PUT', '/v1/agents/other', { owner: 'alice' });
    const others = [
      await gateway.as('agent', 'other'),
      await gateway.as('service', 'runner'),
      await gateway.as('user', 'alice'),
    ];
    const statuses = await Promise.all(
      others.map(async (caller) => (await caller('GET', `/v1/tool-calls/${ID}`)).status),
    );
    expect(statuses).toEqual([404, 404, 403]);
    expect((await get()).status).toBe(200);
    expect((await olga('GET', `/v1/tool-calls/${ID}`)).status).toBe(200);
  });

  it('reads its timeline, and that is recorded', async () => {
    const { gateway, olga, announce } = await asking();
    await announce();
    const { body } = await olga('GET', `/v1/tool-calls/${ID}/timeline`);
    expect(body.items.map(({ type }: { type: string }) => type)).toEqual([
      'agent.decision.made',
      'agent.tool.requested',
      'agent.tool.evaluated',
      'agent.approval.requested',
    ]);
    expect(gateway.readings).toEqual([
      { what: 'timeline', filter: { types: null, subject: `toolcall-${ID}`, after: null }, count: 4 },
    ]);
  });
});
