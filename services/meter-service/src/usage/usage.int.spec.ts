import { routes } from '@countersign/contracts';
import type { JsonObject } from '@countersign/event-sourcing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closingMeters } from '../testing/open-meters.ts';
import { startMeter } from '../testing/running-meter.ts';

const opened = closingMeters();

async function underPlan(plan: JsonObject) {
  const meter = await opened(startMeter({ plans: new Map([['team', plan]]) }));
  await meter.upstream.organization('acme', 'team');
  await meter.upstream.agent('bot', { owner: 'ann', project: 'web' });
  await meter.settled();
  const report = (amount: number, more: JsonObject = {}, as = 'crawler', headers = {}) =>
    meter.post('/v1/usage', { key: 'evaluations_run', amount, ...more }, as, headers);
  return { meter, report };
}

const evaluations = (limit: number | null, strict: boolean, more: JsonObject = {}) => ({
  counters: { evaluations_run: { limit, strict, period: 'monthly', ...more } },
});

describe('POST /v1/usage', () => {
  it('A-ADJ-16: counts what fits, and refuses what does not with what is stored and when it will', async () => {
    const { meter, report } = await underPlan(evaluations(10, true));
    const { status, body } = await report(7);
    expect([status, routes.reportUsage.responses[200].parse(body)]).toEqual([200, body]);
    expect(body).toMatchObject({ key: 'evaluations_run', amount: 7, meters: [{ used: 7, limit: 10 }] });
    const refused = await report(4);
    expect(refused.body).toMatchObject({
      status: 429,
      code: 'over_quota',
      meter: 'evaluations_run',
      scope: 'organization:acme',
      limit: 10,
      used: 7,
    });
    // The period ends with November.
    expect(refused.retryAfter).toBe(String((9 * 24 + 12) * 3_600));
    expect(await meter.meters()).toMatchObject([{ used: 7 }]);
    expect((await report(3)).status).toBe(200);
  });

  it.each([
    ['strict', true],
    ['soft', false],
  ])('keeps the %s formula for any limit, usage and amount, over the whole service', async (_, strict) => {
    const limits = fc.integer({ min: 0, max: 12 });
    const amounts = fc.array(fc.nat(9), { minLength: 1, maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(limits, amounts, async (limit, given) => {
        const { meter, report } = await underPlan(evaluations(limit, strict));
        let used = 0;
        for (const amount of given) {
          const fits = amount === 0 || (strict ? used + amount <= limit : used < limit);
          expect((await report(amount)).status).toBe(fits ? 200 : 429);
          if (fits) used += amount;
          expect(await meter.meters()).toMatchObject([{ used, reserved: 0, overrun: 0 }]);
        }
        await meter.close();
      }),
      { numRuns: 12, seed: 5 },
    );
  });

  it('A-ADJ-18: admits exactly as many as fit of any number that come at once', async () => {
    const { meter, report } = await underPlan(evaluations(17, true));
    const statuses = await Promise.all(Array.from({ length: 60 }, async () => (await report(1)).status));
    expect(statuses.filter((status) => status === 200)).toHaveLength(17);
    expect(await meter.meters()).toMatchObject([{ used: 17 }]);
  });

  it('is one report for one key, and another body under it a conflict', async () => {
    const { report } = await underPlan(evaluations(10, true));
    const key = { 'idempotency-key': 'run-17' };
    const first = await report(4, {}, 'crawler', key);
    expect((await report(4, {}, 'crawler', key)).body).toEqual(first.body);
    expect((await report(5, {}, 'crawler', key)).body).toMatchObject({ code: 'idempotency_conflict' });
    // A key is its caller's: the same one of another caller is another report.
    expect((await report(4, {}, 'bot', key)).body).toMatchObject({ meters: [{ used: 8 }] });
  });

  it('counts each user of the scope by itself, an agent for its owner alone', async () => {
    const { report } = await underPlan(evaluations(5, true, { scope: 'user', period: 'daily' }));
    expect((await report(5, {}, 'bot')).body).toMatchObject({ meters: [{ scope: 'user:ann', used: 5 }] });
    expect((await report(1, { user: 'ann' })).status).toBe(429);
    expect((await report(1, { user: 'eve' })).status).toBe(200);
    expect((await report(1, { user: 'eve' }, 'bot')).body).toMatchObject({ code: 'forbidden' });
    expect((await report(1)).body).toMatchObject({
      code: 'invalid_request',
      errors: [{ pointer: '/user' }],
    });
  });

  it('refuses what the plan does not name, and what Countersign counts itself', async () => {
    const { meter, report } = await underPlan({ counters: { tool_calls: { limit: 1 } } });
    expect((await report(1)).body).toMatchObject({ code: 'over_quota', limit: 0, retry_after_ms: null });
    const own = await meter.post('/v1/usage', { key: 'tool_calls', amount: 1 });
    expect(own.body).toMatchObject({ status: 400, errors: [{ pointer: '/key' }] });
    expect((await meter.post('/v1/usage', { key: 'evaluations_run', amount: 1 }, 'reader')).status).toBe(403);
  });

  it('goes on with what is used when the plan changes in the middle of a period, up and down', async () => {
    const { meter, report } = await underPlan(evaluations(10, true));
    await meter.put('/v1/plans/big', evaluations(20, true));
    await meter.put('/v1/plans/small', evaluations(6, true));
    const first = await report(8);
    await meter.upstream.changePlan('acme', 'big');
    await meter.settled();
    expect((await report(9)).body).toMatchObject({ meters: [{ used: 17, limit: 20 }] });
    await meter.upstream.changePlan('acme', 'small');
    await meter.settled();
    expect((await report(1)).body).toMatchObject({ code: 'over_quota', used: 17, limit: 6 });
    await meter.upstream.changePlan('acme', 'team');
    await meter.settled();
    expect((await report(-8, { refund_of: String(first.body.id) })).body).toMatchObject({
      meters: [{ used: 9, limit: 10 }],
    });
    expect((await report(1)).status).toBe(200);
  });
});

describe('what an outcome reports besides its cost', () => {
  it('is counted where the call was, once, whether it fits or not', async () => {
    const { meter } = await underPlan({
      counters: {
        evaluations_run: [
          { limit: 4, strict: true, period: 'monthly' },
          { period: 'daily', scope: 'project' },
        ],
      },
    });
    await meter.upstream.evaluated(1, { project: 'web' });
    await meter.upstream.called(1, { usage: { counters: { evaluations_run: 6, credits_consumed: 2 } } });
    await meter.settled();
    const rows = async () => (await meter.meters()).map(({ scope, used, overrun }) => [scope, used, overrun]);
    const expected = [
      ['organization:acme', 4, 2],
      ['project:web', 6, 0],
    ];
    expect(await rows()).toEqual(expected);
    const again = await opened(meter.restart({ redeliver: true }));
    await again.settled();
    expect((await again.meters()).map(({ scope, used, overrun }) => [scope, used, overrun])).toEqual(
      expected,
    );
  });
});

describe('a question to a human', () => {
  it('counts where the plan counts questions, and is denied with its call where there are no more', async () => {
    const { meter } = await underPlan({
      counters: { approvals_requested: { limit: 1, strict: true, period: 'daily' } },
    });
    await meter.upstream.evaluated(1, { verdict: 'require_approval' });
    await meter.upstream.evaluated(2, { verdict: 'require_approval' });
    await meter.upstream.evaluated(1, { phase: 'release' });
    await meter.settled();
    expect(await meter.meters()).toMatchObject([{ key: 'approvals_requested', used: 1 }]);
    const published = (await meter.published()).map(({ type, correlation, data }) => [
      type.replace('agent.quota.', ''),
      correlation?.slice(-1) ?? null,
      (data.which as { key?: string } | undefined)?.key ?? null,
    ]);
    expect(published.slice(-3)).toEqual([
      ['charged', '1', null],
      ['denied', '2', 'approvals_requested'],
      ['reserved', '1', null],
    ]);
  });
});

describe('GET /v1/meters?rollup=true', () => {
  // Agenta's PR-41: the sum over all users stood against the limit of one.
  it('A-MTR-14: adds up what the users of the organization have, and shows it without a limit', async () => {
    const { meter, report } = await underPlan(evaluations(5, true, { scope: 'user', period: 'daily' }));
    await report(2, { user: 'ann' });
    await report(3, { user: 'bob' });
    expect(await meter.meters('?rollup=true')).toMatchObject([
      { key: 'evaluations_run', scope: 'organization:acme', mode: 'observe', limit: null, used: 5 },
    ]);
    expect((await meter.meters()).map(({ scope, used }) => [scope, used])).toEqual([
      ['user:ann', 2],
      ['user:bob', 3],
    ]);
  });
});
