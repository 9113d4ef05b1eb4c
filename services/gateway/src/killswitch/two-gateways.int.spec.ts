import { describe, expect, it } from 'vitest';
import { type Answer, callerOf } from '../testing/caller.ts';
import { announcement, registerBasics } from '../testing/registered.ts';
import { type RunningGateway, startGateway } from '../testing/running-gateway.ts';
import { LEASE_MS } from './lease.ts';

/** Two gateways on one ledger, with an agent that is known to both. */
async function two() {
  const one = await startGateway();
  const other = await startGateway({ beside: one });
  const { olga } = await registerBasics(one);
  const { body } = await one.owner('POST', '/v1/keys', { principal: { kind: 'agent', id: 'helper' } });
  const agentAt = (gateway: RunningGateway) => callerOf(gateway.app, body.key);
  return { one, other, olga, key: body, agentAt };
}

/** Whether it is answered before everything that follows from what it writes is handled, but for what is held up. */
async function isAnswered(gateway: RunningGateway, type: string, answering: () => Promise<Answer>) {
  const written = gateway.happens(type);
  let answered = false;
  const answer = answering().finally(() => {
    answered = true;
  });
  await written;
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  return { answered, answer };
}

describe('two gateways', () => {
  it.each([
    ['a revoked key', 'api-key-revoked.v1', 'DELETE', (id: string) => `/v1/keys/${id}`, undefined],
    ['a disabled agent', 'agent-disabled.v1', 'POST', () => '/v1/agents/helper/disable', { reason: 'odd' }],
    ['a changed user', 'user-registered.v1', 'PUT', () => '/v1/users/ann', { roles: [] }],
  ] as const)('tell of %s when both know of it', async (_, type, method, path, body) => {
    const { one, other, key, agentAt } = await two();
    other.board.hold();
    const { answered, answer } = await isAnswered(one, type, () => one.owner(method, path(key.id), body));
    expect(answered).toBe(false);
    await other.board.release();
    expect((await answer).status).toBeLessThan(300);
    if (method === 'DELETE') {
      expect(await agentAt(other)('POST', '/v1/tool-calls', announcement())).toMatchObject({ status: 401 });
    }
  });

  it('do not wait for one whose lease has lapsed: it refuses', async () => {
    const { one, other, key, agentAt } = await two();
    other.board.hold();
    const revoke = () => one.owner('DELETE', `/v1/keys/${key.id}`);
    const { answer } = await isAnswered(one, 'api-key-revoked.v1', revoke);
    for (let passed = 0; passed <= LEASE_MS; passed += LEASE_MS / 4) await one.pass(LEASE_MS / 4);
    expect(await answer).toMatchObject({ status: 204 });
    expect(await agentAt(other)('POST', '/v1/tool-calls', announcement())).toMatchObject({ status: 503 });
    await other.board.release();
  });

  it('have a switch effective when both have folded it', async () => {
    const { one, other, olga, agentAt } = await two();
    other.board.hold();
    const body = { scope: 'agent', target: 'helper', reason: 'stop' };
    const engage = () => olga('POST', '/v1/kill-switches', body);
    const { answered, answer } = await isAnswered(one, 'kill-switch-engaged.v1', engage);
    expect(answered).toBe(false);
    await other.board.release();
    expect(await answer).toMatchObject({ status: 201, body: { state: 'effective' } });
    expect(await agentAt(other)('POST', '/v1/tool-calls', announcement())).toMatchObject({ status: 403 });
    await one.settled();
  });

  it('take a permit and show a call that the other has given a moment ago', async () => {
    const { one, other, agentAt } = await two();
    await other.settled();
    other.calls.hold();
    const { body: call } = await agentAt(one)('POST', '/v1/tool-calls', announcement());
    const permit = { permit: call.permit.token, arguments: { path: 'a' } };
    const answers = [
      agentAt(other)('GET', `/v1/tool-calls/${call.id}`),
      agentAt(other)('POST', '/v1/permits/redeem', permit),
    ];
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    other.calls.release();
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200]);
  });

  it('know of a plan that was published a moment ago', async () => {
    const { one, other } = await two();
    other.board.hold();
    await one.standIns.publishesPlan('gold');
    const answering = callerOf(other.app, other.ownerKey)('PUT', '/v1/organizations/default/plan', {
      plan: 'gold',
    });
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    await other.board.release();
    expect(await answering).toMatchObject({ status: 200, body: { plan: 'gold' } });
  });

  it('answer one key with one call', async () => {
    const { one, other, agentAt } = await two();
    const key = { 'idempotency-key': 'the-same' };
    const answers = await Promise.all(
      [one, other].map((gateway) => agentAt(gateway)('POST', '/v1/tool-calls', announcement(), key)),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(new Set(answers.map(({ body }) => body.permit.token)).size).toBe(1);
  });
});
