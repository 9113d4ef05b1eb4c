import { callIdFromKey } from '@countersign/event-sourcing';
import { describe, expect, it } from 'vitest';
import { announcement, READ_FILE, registerBasics } from '../testing/registered.ts';
import { startGateway } from '../testing/running-gateway.ts';
import type { Judgement } from '../testing/stand-ins.ts';

const KEY = { 'idempotency-key': 'once-only' };
const ID = callIdFromKey('default', 'agent:helper', KEY['idempotency-key']);

async function started(judge: () => Judgement = () => 'allow') {
  const gateway = await startGateway({ judge });
  const { agent, olga } = await registerBasics(gateway);
  const announce = (more: object = {}, caller = agent) =>
    caller('POST', '/v1/tool-calls', announcement(more), KEY);
  return { gateway, agent, olga, announce };
}

describe('an idempotency key', () => {
  it('names the call: the same on any gateway', async () => {
    const { announce } = await started();
    expect((await announce()).body.id).toBe(ID);
  });

  it('answers a repeat with the state of now, and the same token and salt', async () => {
    const { agent, announce } = await started();
    const { body: first } = await announce();
    const { body: again } = await announce();
    expect(again).toEqual({ ...first, replayed: true });
    await agent('POST', '/v1/permits/redeem', { permit: first.permit.token, arguments: { path: 'a' } });
    expect((await announce()).body).toMatchObject({
      replayed: true,
      status: 'redeemed',
      permit: { token: first.permit.token, redeemed: true },
    });
  });

  it('how long the caller waits is no part of what it says', async () => {
    const { announce } = await started();
    await announce({ reasoning: 'because', confidence: 0.5 });
    const again = await announce({ reasoning: 'because', confidence: 0.5, wait_ms: 10 });
    expect(again).toMatchObject({ status: 200, body: { replayed: true } });
  });

  it.each<[string, object]>([
    ['arguments', { arguments: { path: 'b' } }],
    ['reason', { reason: 'another' }],
    ['reasoning', { reasoning: 'because' }],
    ['confidence', { confidence: 0.5 }],
    ['session_id', { session_id: 's' }],
    ['intent_id', { intent_id: 'i' }],
    ['redeem', { redeem: true }],
    ['tool_name', { tool_name: 'other' }],
    ['user_id', { user_id: 'alice' }],
    ['cost_micros', { cost_micros: 1 }],
    ['environment', { environment: 'development' }],
  ])('with another body is a conflict: %s', async (_, more) => {
    const { gateway, announce } = await started();
    await announce();
    const { acceptedPosition } = gateway.store;
    expect(await announce(more)).toMatchObject({ status: 409, body: { code: 'idempotency_conflict' } });
    expect(gateway.store.acceptedPosition).toBe(acceptedPosition);
  });

  it('stands for its call also when the agent has another owner since', async () => {
    const { gateway, announce } = await started();
    await announce();
    await gateway.owner('PUT', '/v1/agents/helper', { owner: 'olga', acts_for: ['alice'] });
    expect(await announce()).toMatchObject({ status: 200, body: { replayed: true } });
  });

  it('is of who uses it: another principal’s is another call', async () => {
    const { gateway, announce } = await started();
    await announce();
    const { body } = await announce({}, gateway.owner);
    expect(body).toMatchObject({ status: 'authorized', replayed: false });
    expect(body.id).not.toBe(ID);
  });

  it.each<[Judgement, number, string]>([
    ['deny', 403, 'denied'],
    ['throttle', 429, 'throttled'],
  ])('is used up by a refusal: %s', async (judgement, status, code) => {
    let judged: Judgement = judgement;
    const { announce } = await started(() => judged);
    const first = await announce();
    expect(first).toMatchObject({ status, body: { code, tool_call_id: ID, replayed: false } });
    judged = 'allow';
    expect(await announce()).toMatchObject({ status, body: { ...first.body, replayed: true } });
  });

  it('is one call for all who come at the same time, with one answer', async () => {
    const { gateway, announce } = await started();
    const answers = await Promise.all(Array.from({ length: 16 }, () => announce({ redeem: true })));
    expect(new Set(answers.map(({ body }) => body.id))).toEqual(new Set([ID]));
    expect(answers.filter(({ body }) => !body.replayed)).toHaveLength(1);
    expect(answers.every(({ status, body }) => status === 200 && body.permit.redeemed)).toBe(true);
    expect(await gateway.types(`toolcall-${ID}`)).toEqual([
      'decision-made.v2',
      'tool-requested.v2',
      'tool-authorized.v1',
      'permit-redeemed.v1',
    ]);
  });

  it('lets a repeat wait for the answer of the first', async () => {
    const { gateway, announce } = await started(() => null);
    const announced = gateway.happens('tool-requested.v2');
    const [first, second] = [announce(), announce()];
    await announced;
    await gateway.settled();
    await gateway.standIns.judges(ID, 'allow');
    expect(
      [(await first).body, (await second).body].map(({ replayed, status }) => [replayed, status]),
    ).toEqual([
      [false, 'authorized'],
      [true, 'authorized'],
    ]);
  });
});

it('a call without a key is a new one every time', async () => {
  const { gateway, agent } = await started();
  const [first, second] = [
    await agent('POST', '/v1/tool-calls', announcement()),
    await agent('POST', '/v1/tool-calls', announcement()),
  ];
  expect(first.body.id).not.toBe(second.body.id);
  expect(first.body.id[14]).toBe('7');
  expect(gateway.readings).toEqual([]);
});

it('a changed tool does not change what a key answers', async () => {
  const { gateway, announce } = await started();
  await announce({ redeem: true });
  await gateway.owner('PUT', '/v1/tools/read-file', { ...READ_FILE, cost_micros: 99 });
  expect(await announce({ redeem: true })).toMatchObject({ status: 200, body: { status: 'redeemed' } });
});
