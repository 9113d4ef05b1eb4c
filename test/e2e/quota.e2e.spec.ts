import type { Call } from '@countersign/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { announcement, type Installation, registerBasics, startInstallation } from './installation.ts';

const PLANS = {
  small: {
    description: 'five calls a month',
    counters: { tool_calls: { limit: 5, strict: true, period: 'monthly' } },
  },
  slow: {
    description: 'a burst of three',
    counters: { tool_calls: { period: 'monthly' } },
    throttles: [
      { mode: 'include', categories: ['tool_calls'], bucket: { capacity: 3, rate: 1, algorithm: 'gcra' } },
    ],
  },
};

let installation: Installation;
let agent: Call;

beforeAll(async () => {
  installation = await startInstallation({ COUNTERSIGN_ACCESS_PLANS: JSON.stringify(PLANS) });
  await registerBasics(installation);
  agent = await installation.as('agent', 'helper');
});

const read = (more: object = {}) => agent('POST', '/v1/tool-calls', announcement('read-file', 'a', more));
const plan = (slug: string) => installation.owner('PUT', '/v1/organizations/default/plan', { plan: slug });
const meter = async () => {
  const { body } = await installation.owner('GET', '/v1/meters');
  return body.items.find((item: { key: string }) => item.key === 'tool_calls');
};

describe('a strict quota', () => {
  it('is exact under concurrent demand, and takes back what certainly did not run', async () => {
    await plan('small');
    const answers = await Promise.all(Array.from({ length: 15 }, () => read({ redeem: true })));
    const allowed = answers.filter(({ status }) => status === 200);
    const refused = answers.filter(({ status }) => status === 429);
    expect([allowed.length, refused.length]).toEqual([5, 10]);
    expect(refused[0]?.body).toMatchObject({
      code: 'over_quota',
      meter: 'tool_calls',
      limit: 5,
      used: 5,
      call_status: 'blocked',
    });
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await meter()).toMatchObject({ mode: 'strict', limit: 5, used: 0, reserved: 5, overrun: 0 });

    const [first, second] = allowed.map(({ body }) => body);
    const report = (call: typeof first, outcome: object) =>
      agent('POST', `/v1/tool-calls/${call.id}/outcome`, { permit: call.permit.token, ...outcome });
    await report(first, { success: true });
    await report(second, { success: false, executed: false });
    expect(await read()).toMatchObject({ status: 200 });
    expect(await read()).toMatchObject({ status: 429 });
  });

  it('counts on where it stood after a crash', async () => {
    const before = await meter();
    installation = await installation.restart('kill');
    agent = await installation.as('agent', 'helper');
    expect(await meter()).toEqual(before);
    expect(await read()).toMatchObject({ status: 429 });
  });
});

describe('a throttle', () => {
  it('A-THR-15: lets its capacity through at once, tells what is left and when the next call may come', async () => {
    await plan('slow');
    const answers = await Promise.all(Array.from({ length: 6 }, () => read()));
    const left = answers.flatMap(({ status, headers }) =>
      status === 200 ? [headers.get('x-ratelimit-remaining')] : [],
    );
    expect(left.sort()).toEqual(['0', '1', '2']);
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.body).toMatchObject({ code: 'throttled', limit: 3 });
    expect(refused?.body.retry_after_ms).toBeGreaterThan(50_000);
    expect([
      refused?.headers.get('x-ratelimit-limit'),
      refused?.headers.get('x-ratelimit-remaining'),
    ]).toEqual(['3', '0']);
  });
});

describe('a plan', () => {
  it('holds from the next call on', async () => {
    expect((await read()).status).toBe(429);
    await plan('unlimited');
    expect((await read()).status).toBe(200);
  });

  it('is refused with every error at once', async () => {
    const { status, body } = await installation.owner('PUT', '/v1/plans/bad', {
      counters: { tool_calls: { limit: -1, period: 'weekly' } },
      throttles: [{ mode: 'maybe', bucket: { capacity: 1, rate: 1 } }],
    });
    expect(status).toBe(422);
    expect(body.code).toBe('plan_invalid');
    expect(body.errors.length).toBeGreaterThanOrEqual(3);
  });
});
