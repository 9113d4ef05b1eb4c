import { routes } from '@countersign/contracts';
import type { JsonObject } from '@countersign/event-sourcing';
import { createMemoryCheckpoints, createMemoryEventStore } from '@countersign/event-store/memory';
import { manualClock } from '@countersign/testing';
import { describe, expect, it } from 'vitest';
import { closingMeters } from '../testing/open-meters.ts';
import { startMeter, startOn } from '../testing/running-meter.ts';

const opened = closingMeters();
const PLAN = {
  counters: {
    tool_calls: [
      { limit: 10, strict: true, period: 'monthly' },
      { limit: 4, strict: true, period: 'daily' },
      { limit: 3, period: 'daily', scope: 'user' },
    ],
    tool_cost: { period: 'monthly', scope: 'project' },
  },
};
const plans = { plans: new Map<string, JsonObject>([['team', PLAN]]) };

describe('GET /v1/meters', () => {
  it('shows the meters of the plan before the first call, in periods of the organization', async () => {
    const meter = await opened(startMeter(plans));
    await meter.upstream.organization('acme', 'team', { zone: 'Europe/Berlin', anchor_day: 15 });
    await meter.settled();
    const { status, body } = await meter.get('/v1/meters');
    expect([status, routes.listMeters.responses[200].parse(body)]).toEqual([200, body]);
    const unused = {
      key: 'tool_calls',
      scope: 'organization:acme',
      mode: 'strict',
      used: 0,
      reserved: 0,
      overrun: 0,
    };
    expect(body.items).toEqual([
      { ...unused, limit: 4, period: { start: '2026-11-20T23:00:00.000Z', end: '2026-11-21T23:00:00.000Z' } },
      {
        ...unused,
        limit: 10,
        period: { start: '2026-11-14T23:00:00.000Z', end: '2026-12-14T23:00:00.000Z' },
      },
    ]);
    expect(await meter.published()).toEqual([]);
  });

  it('shows what is used and held of everything that the plan names', async () => {
    const meter = await opened(startMeter());
    await meter.upstream.organization('acme', 'unlimited');
    await meter.upstream.evaluated(1, { cost: 70 });
    await meter.settled();
    const rows = await meter.meters();
    expect(rows.map(({ key }) => key)).toContain('credits_consumed');
    expect(rows.filter(({ used, reserved }) => Number(used) + Number(reserved) > 0)).toMatchObject([
      { key: 'concurrent_calls', mode: 'observe', used: 1 },
      { key: 'tool_calls', mode: 'observe', reserved: 1 },
      { key: 'tool_cost', mode: 'observe', reserved: 70 },
    ]);
  });

  // Agenta's PR-48: whoever asked for the organization's row was shown those of its projects and users too.
  it('A-MTR-13: shows what stands against each, filtered by scope and page by page', async () => {
    const meter = await opened(startMeter(plans));
    await meter.upstream.organization('acme', 'team');
    await meter.upstream.evaluated(1, { cost: 70, project: 'web' });
    await meter.upstream.evaluated(2, { cost: 30, project: 'web', user: 'bob' });
    await meter.upstream.called(1, { usage: { cost_micros: 90 } });
    await meter.settled();
    expect(await meter.meters('?scope=project:web')).toMatchObject([
      { key: 'tool_cost', mode: 'observe', limit: null, used: 70, reserved: 30, overrun: 20 },
    ]);
    expect(await meter.meters('?scope=user:bob')).toMatchObject([{ mode: 'soft', used: 0, reserved: 1 }]);
    expect(await meter.meters('?scope=user:nobody')).toEqual([]);
    const scopes = async (kind: string) => (await meter.meters(`?scope=${kind}`)).map(({ scope }) => scope);
    expect(await scopes('organization')).toEqual(['organization:acme', 'organization:acme']);
    expect(await scopes('organization:acme')).toEqual(await scopes('organization'));
    expect(await scopes('user')).toEqual(['user:alice', 'user:bob']);
    expect(await scopes('workspace')).toEqual([]);
    expect((await meter.get('/v1/meters?scope=team')).status).toBe(400);

    const all = await meter.meters();
    expect(all.length).toBe(5);
    const paged: JsonObject[] = [];
    for (let after = ''; ; ) {
      const { body } = await meter.get(`/v1/meters?limit=1${after}`);
      expect(routes.listMeters.responses[200].parse(body)).toEqual(body);
      paged.push(...(body.items as JsonObject[]));
      if (body.next === null) break;
      after = `&after=${body.next}`;
    }
    expect(paged).toEqual(all);
  });

  it('shows a changed plan before the next call, and leaves the book to that call', async () => {
    const meter = await opened(startMeter(plans));
    await meter.upstream.organization('acme', 'team');
    await meter.upstream.evaluated(1);
    await meter.settled();
    const before = await meter.published();
    await meter.put('/v1/plans/team', {
      counters: { tool_calls: { limit: 2, strict: true, period: 'monthly' } },
    });
    expect(await meter.meters()).toMatchObject([{ key: 'tool_calls', limit: 2, used: 0, reserved: 1 }]);
    expect(await meter.published()).toEqual(before);
    await meter.upstream.called(1);
    await meter.settled();
    expect(await meter.meters()).toMatchObject([{ key: 'tool_calls', limit: 2, used: 1, reserved: 0 }]);
  });

  it('is the same after a restart', async () => {
    let meter = await opened(startMeter(plans));
    await meter.upstream.organization('acme', 'team');
    await meter.upstream.evaluated(1, { cost: 70 });
    await meter.upstream.called(1);
    await meter.upstream.evaluated(2, { cost: 5 });
    await meter.settled();
    const before = await meter.meters();
    meter = await opened(meter.restart());
    expect(await meter.meters()).toEqual(before);
  });

  it("shows one's own organization only", async () => {
    const meter = await opened(startMeter(plans));
    await meter.upstream.organization('acme', 'team');
    await meter.upstream.organization('globex', 'team');
    await meter.upstream.evaluated(1);
    await meter.settled();
    const seen = await meter.meters('', 'stranger');
    expect(seen.map(({ scope, reserved }) => [scope, reserved])).toEqual([
      ['organization:globex', 0],
      ['organization:globex', 0],
    ]);
  });

  it('refuses a scope that is none', async () => {
    const meter = await opened(startMeter(plans));
    const { status, body } = await meter.get('/v1/meters?scope=everything');
    expect([status, body.code]).toEqual([400, 'invalid_request']);
  });

  it('answers when what it shows is durable, not before', async () => {
    const gate = { open: Promise.withResolvers<void>() };
    gate.open.resolve();
    const store = createMemoryEventStore({ sync: () => gate.open.promise });
    const meter = await opened(startOn(store, manualClock(), createMemoryCheckpoints(), plans));
    await meter.upstream.organization('acme', 'team');
    await meter.settled();
    gate.open = Promise.withResolvers<void>();
    const announced = meter.upstream.evaluated(1);
    while ((await store.read('meter-acme-1', { visibility: 'accepted' })).length === 0) {
      await new Promise(setImmediate);
    }
    let answered = false;
    const rows = meter.meters().then((items) => {
      answered = true;
      return items;
    });
    for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
    expect(answered).toBe(false);
    gate.open.resolve();
    await announced;
    expect(await rows).toContainEqual(expect.objectContaining({ key: 'tool_calls', reserved: 1 }));
  });
});
