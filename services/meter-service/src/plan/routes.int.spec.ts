import { routes } from '@countersign/contracts';
import type { JsonObject } from '@countersign/event-sourcing';
import { describe, expect, it } from 'vitest';
import { closingMeters } from '../testing/open-meters.ts';
import { startMeter } from '../testing/running-meter.ts';

const opened = closingMeters();
const PLAN = { description: 'ten', counters: { tool_calls: { limit: 10, strict: true, period: 'monthly' } } };

const BUCKET = { capacity: 10, rate: 60 };

const publishedPlans = async (meter: Awaited<ReturnType<typeof startMeter>>) =>
  (await meter.published('agent.control'))
    .filter(({ type }) => type === 'plan.published')
    .map(({ data }) => [data.slug, (data.by as { kind: string }).kind]);

describe('PUT /v1/plans/{slug}', () => {
  it('publishes a plan that can be read at once, then changes it, then changes nothing', async () => {
    const meter = await opened(startMeter());
    const first = await meter.put('/v1/plans/team', PLAN);
    expect([first.status, routes.putPlan.responses[201].parse(first.body)]).toEqual([201, first.body]);
    expect(first.body).toEqual({ slug: 'team', plan: PLAN, updated_at: '2026-11-21T12:00:00.000Z' });
    expect(await meter.get('/v1/plans/team')).toEqual({ status: 200, body: first.body });

    meter.clock.advance(1_000);
    const changed = { ...PLAN, description: 'still ten' };
    const second = await meter.put('/v1/plans/team', changed);
    expect(second).toEqual({
      status: 200,
      body: { slug: 'team', plan: changed, updated_at: '2026-11-21T12:00:01.000Z' },
    });
    meter.clock.advance(1_000);
    expect(await meter.put('/v1/plans/team', changed)).toEqual(second);
    expect(await publishedPlans(meter)).toEqual([
      ['unlimited', 'system'],
      ['team', 'user'],
      ['team', 'user'],
    ]);
  });

  it('refuses an invalid plan with every error and its place, and publishes nothing', async () => {
    const meter = await opened(startMeter());
    const { status, body } = await meter.put('/v1/plans/team', {
      counters: {
        tool_calls: [
          { limit: 1, period: 'monthly' },
          { limit: 2, period: 'monthly' },
        ],
        tool_cost: { free: 5, limit: 9 },
      },
      throttles: [{ mode: 'include', bucket: { capacity: 1, rate: 90 } }],
    });
    expect([status, body.code]).toEqual([422, 'plan_invalid']);
    expect((body.errors as JsonObject[]).map(({ pointer }) => pointer)).toEqual([
      '/counters/tool_calls/1',
      '/throttles/0/bucket/capacity',
    ]);
    const more = await meter.put('/v1/plans/team', {
      colour: 'red',
      gauges: { users: { limit: -1, period: 'daily' } },
      throttles: [{ mode: 'include', bucket: { capacity: 1, rate: 90 } }],
    });
    expect([more.status, (more.body.errors as JsonObject[]).map(({ pointer }) => pointer).sort()]).toEqual([
      422,
      ['/colour', '/gauges/users/limit', '/gauges/users/period', '/throttles/0/bucket/capacity'],
    ]);
    expect((await meter.get('/v1/plans/team')).status).toBe(404);
  });

  it.each([
    ['an unknown counter', { counters: { tool_cals: { limit: 1 } } }, '/counters/tool_cals'],
    ['a negative limit', { counters: { tool_calls: { limit: -1 } } }, '/counters/tool_calls/limit'],
    ['an unknown field', { quotas: {} }, '/quotas'],
    ['nothing', {}, ''],
  ])('refuses %s as an invalid plan', async (_name, plan, pointer) => {
    const meter = await opened(startMeter());
    const { status, body } = await meter.put('/v1/plans/team', plan);
    expect([status, body.code, (body.errors as JsonObject[])[0]?.pointer]).toEqual([
      422,
      'plan_invalid',
      pointer,
    ]);
  });

  it('refuses limits by a scope that nothing counts by, and says which there are', async () => {
    const meter = await opened(startMeter());
    const { status, body } = await meter.put('/v1/plans/team', {
      counters: {
        tool_calls: { limit: 1, scope: 'project' },
        audit_reads: [{}, { scope: 'workspace', limit: 1 }],
      },
      gauges: { users: { limit: 2, scope: 'user' } },
    });
    expect([status, body.code]).toEqual([422, 'plan_invalid']);
    expect(body.errors).toEqual([
      {
        pointer: '/counters/audit_reads/1/scope',
        detail:
          'is "workspace", and audit_reads is not counted by it; count it by organization or user, or leave the limit out',
      },
      {
        pointer: '/gauges/users/scope',
        detail: 'is "user", and users is not counted by it; count it by organization, or leave the limit out',
      },
    ]);
  });

  it.each<[string, JsonObject]>([
    ['names without a limit', { counters: { traces_ingested: { period: 'monthly' } } }],
    [
      'throttles without a bucket',
      { throttles: [{ mode: 'include', categories: ['standard'], bucket: null }] },
    ],
    ['a throttle of everything', { throttles: [{ mode: 'include', bucket: BUCKET }] }],
    [
      'a throttle of all but others',
      { throttles: [{ mode: 'exclude', categories: ['standard'], bucket: BUCKET }] },
    ],
    ['limits on calls and their cost', { counters: { tool_calls: { limit: 1 }, tool_cost: { limit: 1 } } }],
  ])('takes %s', async (_name, plan) => {
    const meter = await opened(startMeter());
    expect((await meter.put('/v1/plans/team', plan)).status).toBe(201);
  });

  it("is the installation owner's alone", async () => {
    const meter = await opened(startMeter());
    const { status, body } = await meter.put('/v1/plans/team', PLAN, 'reader');
    expect([status, body.required_permission]).toEqual([403, 'manage_plans']);
  });
});

describe('GET /v1/plans', () => {
  it('lists plans by slug, page by page, the built-in one among them', async () => {
    const meter = await opened(startMeter());
    for (const slug of ['zeta', 'alpha']) await meter.put(`/v1/plans/${slug}`, PLAN);
    const { body } = await meter.get('/v1/plans');
    expect(routes.listPlans.responses[200].parse(body)).toEqual(body);
    expect((body.items as JsonObject[]).map(({ slug }) => slug)).toEqual(['alpha', 'unlimited', 'zeta']);
    const page = await meter.get('/v1/plans?limit=1&after=alpha');
    expect(page.body).toMatchObject({ items: [{ slug: 'unlimited' }], next: 'unlimited' });
  });
});

describe('plans at the start', () => {
  it('are published where they differ, and win over what was published meanwhile', async () => {
    const config = { plans: new Map<string, JsonObject>([['team', PLAN]]) };
    let meter = await opened(startMeter(config));
    meter = await opened(meter.restart());
    expect(await publishedPlans(meter)).toEqual([
      ['team', 'system'],
      ['unlimited', 'system'],
    ]);
    await meter.put('/v1/plans/team', { ...PLAN, description: 'changed by hand' });
    meter = await opened(meter.restart());
    expect((await meter.get('/v1/plans/team')).body).toMatchObject({ plan: PLAN });
  });

  it('leave a built-in plan alone that somebody has changed', async () => {
    let meter = await opened(startMeter());
    await meter.put('/v1/plans/unlimited', PLAN);
    meter = await opened(meter.restart());
    expect((await meter.get('/v1/plans/unlimited')).body).toMatchObject({ plan: PLAN });
  });

  it('may change the built-in one', async () => {
    const meter = await opened(startMeter({ plans: new Map<string, JsonObject>([['unlimited', PLAN]]) }));
    expect(await publishedPlans(meter)).toEqual([['unlimited', 'system']]);
  });

  const config = (slug: string) => ({ plans: new Map<string, JsonObject>([[slug, PLAN]]) });
  const catalogs = async (meter: Awaited<ReturnType<typeof startMeter>>) =>
    (await meter.published('agent.control'))
      .filter(({ type }) => type === 'plan.catalog.applied')
      .map(({ data }) => [data.source, data.default_plan, data.plans]);
  const slugsOf = async (meter: Awaited<ReturnType<typeof startMeter>>) =>
    ((await meter.get('/v1/plans')).body.items as JsonObject[]).map(({ slug }) => slug);

  it('are applied by one event, and by another one only where they are others', async () => {
    let meter = await opened(startMeter(config('team')));
    meter = await opened(meter.restart());
    meter = await opened(meter.restart({ config: config('large') }));
    meter = await opened(meter.restart({ config: { ...config('large'), defaultPlan: 'large' } }));
    meter = await opened(meter.restart({ config: { ...config('large'), plansSource: 'aliases' } }));
    expect(await catalogs(meter)).toEqual([
      ['env', 'unlimited', ['team', 'unlimited']],
      ['env', 'unlimited', ['large', 'unlimited']],
      ['env', 'large', ['large']],
      ['aliases', 'large', ['large']],
    ]);
  });

  it('are those of the settings and those that people have published; others are gone', async () => {
    let meter = await opened(startMeter(config('team')));
    await meter.put('/v1/plans/own', PLAN);
    expect(await slugsOf(meter)).toEqual(['own', 'team', 'unlimited']);
    meter = await opened(meter.restart({ config: { ...config('large'), defaultPlan: 'large' } }));
    expect(await slugsOf(meter)).toEqual(['large', 'own']);
    expect((await meter.get('/v1/plans/team')).status).toBe(404);
    await meter.put('/v1/plans/team', PLAN);
    expect(await slugsOf(meter)).toEqual(['large', 'own', 'team']);
  });

  it('put the built-in one back that no setting patches any more', async () => {
    let meter = await opened(startMeter(config('unlimited')));
    expect((await meter.get('/v1/plans/unlimited')).body).toMatchObject({ plan: PLAN });
    meter = await opened(meter.restart({ config: { plans: new Map() } }));
    expect((await meter.get('/v1/plans/unlimited')).body).toMatchObject({ plan: { flags: { rbac: true } } });
  });

  it('may be very many', async () => {
    const plans = new Map<string, JsonObject>();
    for (let index = 0; index < 1_200; index += 1) plans.set(`plan-${index}`, { description: String(index) });
    let meter = await opened(startMeter({ plans }));
    meter = await opened(meter.restart());
    expect(await publishedPlans(meter)).toHaveLength(plans.size + 1);
    expect((await meter.get('/v1/plans/plan-1199')).status).toBe(200);
  });
});
