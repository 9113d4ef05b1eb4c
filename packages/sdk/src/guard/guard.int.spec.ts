import { afterEach, describe, expect, it } from 'vitest';
import { FAKE_KEY } from '../../test/fake-countersign.ts';
import { call, onlyCall, start, stopAll } from '../../test/guard-setup.ts';
import type { GuardOptions } from '../index.ts';

afterEach(stopAll);

describe('guard, allowed', () => {
  it('executes once, with a frozen copy of what was announced, and reports', async () => {
    const { fake, client } = await start();
    const mutable = { path: '/tmp/a', deep: { list: [1] } };
    const pending = client.guard({ ...call, arguments: mutable }, (execution) => {
      expect(execution.arguments).toEqual({ path: '/tmp/a', deep: { list: [1] } });
      expect(Object.isFrozen(execution.arguments.deep.list)).toBe(true);
      expect(execution.obligations).toEqual({ redact: ['/secret'] });
      expect(execution.permit).toBe(onlyCall(fake).token);
      execution.recordUsage({ input_tokens: 1 });
      execution.recordUsage({ input_tokens: 2, cost_micros: 3 });
      return { lines: 7 };
    });
    mutable.path = '/etc/passwd';
    mutable.deep.list.push(2);
    const result = await pending;
    expect(result).toMatchObject({
      verdict: 'executed',
      success: true,
      value: { lines: 7 },
      callId: onlyCall(fake).id,
      outcomePending: false,
      outcome: { recorded: true, status: 'succeeded' },
    });
    expect(onlyCall(fake).outcome).toEqual({
      permit: onlyCall(fake).token,
      success: true,
      result: { lines: 7 },
      latency_ms: expect.any(Number),
      usage: { input_tokens: 2, cost_micros: 3 },
    });
  });

  it('announces with everything that was given', async () => {
    const { fake, client, execute } = await start();
    const more = { userId: 'alice', reasoning: 'r', confidence: 0.5, sessionId: 's', intentId: 'i' };
    await client.guard({ ...call, ...more, costMicros: 5, environment: 'production', key: 'mine' }, execute);
    expect(fake.calls.byKey('mine')?.body).toEqual({
      agent_id: 'bot',
      tool_name: 'read',
      arguments: { path: '/tmp/a' },
      reason: 'to look',
      user_id: 'alice',
      reasoning: 'r',
      confidence: 0.5,
      session_id: 's',
      intent_id: 'i',
      cost_micros: 5,
      environment: 'production',
      redeem: true,
    });
  });

  it('reports what the function throws as failure, without the key, and hands it over', async () => {
    const { fake, client } = await start();
    const error = new Error(`disk full ${FAKE_KEY}`);
    const result = await client.guard(call, () => {
      throw error;
    });
    expect(result).toMatchObject({ verdict: 'executed', success: false, error, outcomePending: false });
    expect(onlyCall(fake).outcome).toMatchObject({ success: false, error: 'Error: disk full [key]' });
  });

  it.each([
    ['is no JSON', { when: new Date(0) }, undefined],
    ['is longer than 128 KiB', 'x'.repeat(128 * 1024), undefined],
    ['is nothing', undefined, undefined],
    ['is selected', { secret: 1, size: 2 }, (value: unknown) => (value as { size: number }).size],
  ])('records the result only as it can: it %s', async (_, value, recordedResult) => {
    const { fake, client } = await start();
    const options: GuardOptions<unknown> = { recordedResult };
    expect(await client.guard(call, () => value, options)).toMatchObject({ success: true, value });
    expect(onlyCall(fake).outcome?.result).toBe(recordedResult?.(value));
  });

  it('takes a failing selection of the result for no failed execution', async () => {
    const { fake, client, execute } = await start();
    const recordedResult = () => {
      throw new Error('no');
    };
    expect(await client.guard(call, execute, { recordedResult })).toMatchObject({ success: true });
    expect(onlyCall(fake).outcome).not.toHaveProperty('result');
  });

  it('reports without result and usage where the server does not take them', async () => {
    const { client, execute } = await start({
      answer: ({ path, text }) =>
        path.endsWith('/outcome') && text.includes('result')
          ? { status: 413, body: { code: 'too_large', detail: 'too large' } }
          : undefined,
    });
    expect(await client.guard(call, execute)).toMatchObject({
      outcomePending: false,
      outcome: { recorded: true, report: { success: true } },
    });
  });
});

describe('guard, refused', () => {
  it.each([
    ['deny', { verdict: 'denied', code: 'denied' }],
    ['unknown_arguments', { verdict: 'denied', code: 'arguments_invalid' }],
    ['throttle', { verdict: 'throttled', retryAfterMs: 1_500, throttle: 'include:tool_calls' }],
    ['over_quota', { verdict: 'over_quota', retryAfterMs: null, meter: 'tool_calls', limit: 10, used: 10 }],
    ['undecided', { verdict: 'undecided' }],
  ] as const)('%s: nothing is executed, and the answer says why', async (decision, expected) => {
    const { fake, client, execute } = await start({ decide: () => decision });
    const result = await client.guard(call, execute);
    expect(result).toMatchObject({ ...expected, callId: onlyCall(fake).id });
    expect(execute).not.toHaveBeenCalled();
    expect(fake.requests).toHaveLength(1);
  });

  it('rejects a call that cannot be sent, naming everything, and sends nothing', async () => {
    const { fake, client, execute } = await start({}, { agentId: undefined });
    const args = { when: new Date(0), n: Number.NaN };
    const result = await client.guard({ ...call, arguments: args, key: 'a b' }, execute, {
      waitMs: Number.NaN,
    });
    const pointers = result.verdict === 'rejected' && result.problem.errors?.map(({ pointer }) => pointer);
    expect(pointers).toEqual(['/arguments/when', '/arguments/n', '/agent_id', '/key', '/waitMs']);
    expect(fake.requests).toHaveLength(0);
  });

  it('rejects a key that is given among the options, where nobody would read it', async () => {
    const { fake, client, execute } = await start();
    const options = { key: 'order-1' } as object;
    const result = await client.guard({ ...call, sessionID: 's' } as typeof call, execute, options);
    const pointers = result.verdict === 'rejected' && result.problem.errors?.map(({ pointer }) => pointer);
    expect(pointers).toEqual(['/sessionID', '/options/key']);
    expect(fake.requests).toHaveLength(0);
  });

  it('rejects the same key for another call', async () => {
    const { client, execute } = await start();
    await client.guard({ ...call, key: 'k' }, execute);
    const result = await client.guard({ ...call, arguments: { path: '/tmp/b' }, key: 'k' }, execute);
    expect(result).toMatchObject({ verdict: 'rejected', problem: { code: 'idempotency_conflict' } });
    expect(execute).toHaveBeenCalledTimes(1);
  });

  it('rejects what the key may not do', async () => {
    const { client, execute } = await start({}, { key: 'cs_wrong' });
    expect(await client.guard(call, execute)).toMatchObject({
      verdict: 'rejected',
      problem: { code: 'unauthenticated' },
    });
  });

  const allowed = {
    id: 'c',
    status: 'redeemed',
    verdict: 'allow',
    permit: { token: 't', expires_at: '', redeemed: true },
    obligations: {},
    replayed: false,
  };
  it.each([
    ['an empty object', {}],
    ['null', null],
    ['an id that would lead elsewhere', { ...allowed, id: '..', status: 'succeeded' }],
    ['a list', []],
    ['an unknown status', { ...allowed, status: 'fine' }],
    ['no status', { ...allowed, status: undefined }],
    ['another verdict', { ...allowed, verdict: 'deny' }],
    ['no verdict', { ...allowed, verdict: undefined }],
    ['no permit', { ...allowed, permit: null }],
    ['a permit without token', { ...allowed, permit: { redeemed: true } }],
    ['a redeemed call whose permit is not', { ...allowed, permit: { token: 't', redeemed: false } }],
    ['an authorized call whose permit is redeemed', { ...allowed, status: 'authorized' }],
    ['no obligations', { ...allowed, obligations: undefined }],
  ])('does not execute on an answer with %s', async (_, body) => {
    const { client, execute } = await start({ answer: () => ({ status: 200, body }) });
    expect(await client.guard(call, execute)).toMatchObject({
      verdict: 'unavailable',
      problem: { code: 'unexpected_answer' },
    });
    expect(execute).not.toHaveBeenCalled();
  });

  it('takes a missing replayed for true, which needs certainty', async () => {
    const { client, execute } = await start({
      answer: ({ path }) =>
        path === '/v1/tool-calls' ? { status: 200, body: { ...allowed, replayed: undefined } } : undefined,
    });
    expect(await client.guard({ ...call, key: 'mine' }, execute)).toMatchObject({ verdict: 'in_doubt' });
  });

  it('A-TOOL-10: says unavailable when nobody answers, runs nothing, and goes on with the same key', async () => {
    let down = true;
    const { fake, client, execute } = await start({ fault: () => (down ? 'lose_answer' : 'none') });
    const result = await client.guard(call, execute);
    expect(result).toMatchObject({ verdict: 'unavailable', problem: { code: 'no_answer' } });
    expect(execute).not.toHaveBeenCalled();
    down = false;
    expect(await client.guard({ ...call, key: result.key }, execute)).toMatchObject({ verdict: 'executed' });
    expect(onlyCall(fake).redemptions).toBe(1);
  });
});
