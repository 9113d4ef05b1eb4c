import type { JsonObject } from '@countersign/event-sourcing';
import type { EventStore } from '@countersign/event-store';
import { createMemoryCheckpoints, createMemoryEventStore } from '@countersign/event-store/memory';
import { manualClock } from '@countersign/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { type RunningMeter, startMeter, startOn } from '../testing/running-meter.ts';
import { callId } from '../testing/upstream.ts';
import { QUOTA_GROUP } from './cause.ts';

const plan = (limits: JsonObject): ReadonlyMap<string, JsonObject> => new Map([['team', limits]]);
const TEN_CALLS = { counters: { tool_calls: { limit: 10, strict: true, period: 'monthly' } } };
const CALLS_AND_COST = {
  counters: {
    tool_calls: [
      { limit: 10, strict: true, period: 'monthly' },
      { limit: 10, strict: true, period: 'daily', scope: 'user' },
    ],
    tool_cost: { limit: 1_000, strict: true, period: 'monthly' },
  },
};

let meter: RunningMeter;
afterEach(() => meter.close());

/** A service with organization acme on plan `team`. */
async function running(limits: JsonObject, maxBookEvents?: number): Promise<RunningMeter> {
  meter = await startMeter({ plans: plan(limits), ...(maxBookEvents ? { maxBookEvents } : {}) });
  await meter.upstream.organization('acme', 'team');
  return meter;
}

async function typesOf(call: number): Promise<string[]> {
  const messages = await meter.published();
  return messages
    .filter((message) => message.correlation === callId(call) && 'tool_call_id' in message.data)
    .map((message) => message.type.replace('agent.quota.', ''));
}

async function balance(key: string, scope = 'organization:acme'): Promise<JsonObject> {
  const rows = await meter.meters(`?scope=${scope}`);
  const { limit, used, reserved, overrun } = rows.find((row) => row.key === key) ?? {};
  return { limit, used, reserved, overrun } as JsonObject;
}

describe('an evaluation', () => {
  it('that allows holds one call and its cost in every scope', async () => {
    await running(CALLS_AND_COST);
    await meter.upstream.evaluated(1, { cost: 300 });
    await meter.settled();
    expect(await typesOf(1)).toEqual(['reserved']);
    const [reserved] = (await meter.published()).filter(({ type }) => type === 'agent.quota.reserved');
    expect(reserved?.data).toMatchObject({
      tool_call_id: callId(1),
      lines: [
        { key: 'tool_calls', scope: 'organization:acme', amount: 1 },
        { key: 'tool_calls', scope: 'user:alice', amount: 1 },
        { key: 'tool_cost', scope: 'organization:acme', amount: 300 },
      ],
      // Long after the decision's 2 s, the permit's minute and the outcome's quarter of an hour.
      expires_at: new Date(meter.clock.nowMs() + 3_600_000 + 962_000).toISOString(),
    });
    expect(await balance('tool_cost')).toEqual({ limit: 1_000, used: 0, reserved: 300, overrun: 0 });
  });

  it('A-MTR-8: that allows holds one call of a person in each project by itself, where the plan counts so', async () => {
    await running({ counters: { tool_calls: { limit: 1, strict: true, scope: 'project_user' } } });
    const calls: readonly (readonly [string, string])[] = [
      ['web', 'ann'],
      ['app', 'ann'],
      ['web', 'bob'],
      ['web', 'ann'],
    ];
    for (const [call, [project, user]] of calls.entries())
      await meter.upstream.evaluated(call, { project, user });
    await meter.settled();
    const types = await Promise.all(calls.map((_, call) => typesOf(call)));
    expect(types.flat()).toEqual(['reserved', 'reserved', 'reserved', 'denied']);
    expect(await balance('tool_calls', 'project_user:web:ann')).toMatchObject({ limit: 1, reserved: 1 });
  });

  it.each(['deny', 'require_approval'] as const)('that says %s holds nothing', async (verdict) => {
    await running(TEN_CALLS);
    await meter.upstream.evaluated(1, { verdict });
    await meter.settled();
    expect(await meter.published()).toEqual([]);
  });

  it('at release reserves for the call that a human has granted', async () => {
    await running(TEN_CALLS);
    await meter.upstream.evaluated(1, { verdict: 'require_approval' });
    await meter.upstream.evaluated(1, { phase: 'release' });
    await meter.settled();
    expect(await typesOf(1)).toEqual(['reserved']);
  });

  it('lets exactly as many calls through as the quota has', async () => {
    await running(TEN_CALLS);
    for (let call = 1; call <= 30; call += 1) await meter.upstream.evaluated(call);
    await meter.settled();
    const decided = (await Promise.all(Array.from({ length: 30 }, (_, index) => typesOf(index + 1)))).flat();
    expect(decided).toEqual([...Array(10).fill('reserved'), ...Array(20).fill('denied')]);
    expect(await balance('tool_calls')).toEqual({ limit: 10, used: 0, reserved: 10, overrun: 0 });
    const [denied] = (await meter.published()).filter(({ type }) => type === 'agent.quota.denied');
    expect(denied?.data).toMatchObject({
      which: { kind: 'meter', key: 'tool_calls', scope: 'organization:acme' },
      limit: 10,
      used: 10,
    });
  });

  it('is held back by a throttle, which drains with time', async () => {
    await running({
      throttles: [
        { mode: 'include', categories: ['tool_calls'], bucket: { capacity: 2, rate: 60, algorithm: 'gcra' } },
      ],
    });
    for (const call of [1, 2, 3]) await meter.upstream.evaluated(call);
    await meter.settled();
    meter.clock.advance(1_000);
    for (const call of [4, 5]) await meter.upstream.evaluated(call);
    await meter.settled();
    expect((await Promise.all([1, 2, 3, 4, 5].map(typesOf))).flat()).toEqual([
      'reserved',
      'reserved',
      'denied',
      'reserved',
      'denied',
    ]);
    const [denied] = (await meter.published()).filter(({ type }) => type === 'agent.quota.denied');
    expect(denied?.data).toMatchObject({
      which: { kind: 'throttle', name: 'tool_calls' },
      limit: 2,
      used: 2,
      retry_after_ms: 1_000,
    });
    const reserved = (await meter.published()).filter(({ type }) => type === 'agent.quota.reserved');
    expect(reserved.map(({ data }) => data.throttles)).toEqual(
      [1, 0, 0].map((remaining) => [{ name: 'tool_calls', amount: 1, limit: 2, remaining }]),
    );
  });

  it('A-THR-13: is refused under a plan that nobody has published, until somebody does', async () => {
    await running(TEN_CALLS);
    await meter.upstream.organization('globex', 'nowhere');
    await meter.upstream.evaluated(1, { organization: 'globex' });
    await meter.settled();
    const [denied] = (await meter.published()).filter(({ type }) => type === 'agent.quota.denied');
    expect(denied?.data).toMatchObject({
      which: { kind: 'entitlement', key: 'tool_calls' },
      limit: 0,
      used: 0,
    });
    await meter.put('/v1/plans/nowhere', TEN_CALLS);
    await meter.upstream.evaluated(2, { organization: 'globex' });
    await meter.settled();
    expect(await typesOf(2)).toEqual(['reserved']);
  });

  it('of the future waits for the clock', async () => {
    await running(TEN_CALLS);
    const soon = new Date(meter.clock.nowMs() + 2_001).toISOString();
    await meter.upstream.evaluated(1, { time: soon });
    await meter.upstream.evaluated(2);
    const reservedSecond = async () => (await typesOf(2)).length > 0;
    while (!(await reservedSecond())) await new Promise(setImmediate);
    expect(await typesOf(1)).toEqual([]);
    meter.clock.advance(1);
    await meter.settled();
    expect(await typesOf(1)).toEqual(['reserved']);
  });
});

describe('a ledger that takes nothing for a while', () => {
  it('delays a reservation and loses none', async () => {
    const gate = { open: Promise.withResolvers<void>() };
    gate.open.resolve();
    const store = createMemoryEventStore({ sync: () => gate.open.promise, maxBacklogEvents: 2 });
    meter = await startOn(store, manualClock(), createMemoryCheckpoints(), { plans: plan(TEN_CALLS) });
    await meter.upstream.organization('acme', 'team');
    gate.open = Promise.withResolvers<void>();
    // The evaluation and the plan fill the backlog, so there is no room for the reservation.
    const evaluated = meter.upstream.evaluated(1);
    while (store.acceptedPosition - store.durablePosition < 2) await new Promise(setImmediate);
    gate.open.resolve();
    await evaluated;
    await meter.settled();
    expect(await typesOf(1)).toEqual(['reserved']);
    expect((await meter.published()).map(({ type }) => type)).toEqual([
      'agent.quota.configured',
      'agent.quota.period_opened',
      'agent.quota.reserved',
    ]);
  });
});

describe('a book that can not be read', () => {
  /** Answers reads of acme's book as the test says. */
  const withBooksRead = (store: EventStore, read: EventStore['read']): EventStore =>
    Object.create(store, {
      read: {
        value: (...asked: Parameters<EventStore['read']>) =>
          asked[0].startsWith('meter-acme-') ? read(...asked) : store.read(...asked),
      },
    });
  const started = async (store: EventStore) => {
    const processors = createMemoryCheckpoints();
    meter = await startOn(store, manualClock(), processors, { plans: plan(TEN_CALLS) });
    for (const organization of ['acme', 'globex']) await meter.upstream.organization(organization, 'team');
    return processors;
  };

  it('for what stands in it parks the calls of its organization, and the others go on', async () => {
    const store = createMemoryEventStore();
    const metadata = { id: '01a1fd5a-0e60-7260-a743-000000000099', time: '2026-11-16T00:00:00.000Z' };
    const unfoldable = {
      type: 'quota-configured.v1',
      data: {},
      metadata: { ...metadata, organization: 'acme' },
    };
    await store.append('meter-acme-1', 'no-stream', [unfoldable]).durable;
    const processors = await started(store);
    await meter.upstream.evaluated(1);
    await meter.upstream.evaluated(2, { organization: 'globex' });
    await meter.settled();
    expect([await typesOf(1), await typesOf(2)]).toEqual([[], ['reserved']]);
    expect(await processors.list({ group: QUOTA_GROUP })).toMatchObject([
      { subject: callId(1), error: expect.stringMatching(/^the meters of acme can't be read: /) },
    ]);
    expect(await meter.get('/v1/meters')).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(await meter.post('/v1/entitlements/check', { key: 'tool_calls' })).toMatchObject({ status: 503 });
    expect(await meter.post('/v1/usage', { key: 'evaluations_run', amount: 1 })).toMatchObject({
      status: 503,
    });
  });

  it('because the store does not answer is waited for', async () => {
    let isAway = true;
    let attempts = 0;
    const tried = async (times: number) => {
      while (attempts < times) await new Promise(setImmediate);
    };
    const memory = createMemoryEventStore();
    const store = withBooksRead(memory, (...asked) => {
      if (!isAway) return memory.read(...asked);
      attempts += 1;
      return Promise.reject(Object.assign(new Error('no answer'), { code: 'StoreUnavailable' }));
    });
    const processors = await started(store);
    await meter.upstream.evaluated(1);
    await tried(1);
    // Longer than anything else is tried for.
    meter.clock.advance(60_000);
    expect(await meter.get('/v1/meters')).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    await tried(attempts + 1);
    isAway = false;
    await meter.settled();
    expect(await typesOf(1)).toEqual(['reserved']);
    expect(await processors.list({ group: QUOTA_GROUP })).toEqual([]);
  });
});

describe('a change', () => {
  it('of the plan holds from the next call and cancels nothing', async () => {
    await running(TEN_CALLS);
    for (const call of [1, 2, 3]) await meter.upstream.evaluated(call);
    await meter.settled();
    const lowered = { counters: { tool_calls: { limit: 4, strict: true, period: 'monthly' } } };
    expect((await meter.put('/v1/plans/team', lowered)).status).toBe(200);
    for (const call of [4, 5]) await meter.upstream.evaluated(call);
    await meter.settled();
    expect([await typesOf(4), await typesOf(5)]).toEqual([['reserved'], ['denied']]);
    expect(await balance('tool_calls')).toEqual({ limit: 4, used: 0, reserved: 4, overrun: 0 });
  });

  it('of the plan is written once, right before the call that it holds for', async () => {
    await running(TEN_CALLS);
    await meter.upstream.evaluated(1);
    await meter.settled();
    await meter.put('/v1/plans/team', CALLS_AND_COST);
    await meter.upstream.evaluated(2);
    await meter.upstream.evaluated(3);
    await meter.settled();
    expect((await meter.published()).map(({ type }) => type.replace('agent.quota.', ''))).toEqual([
      'configured',
      'period_opened',
      'reserved',
      'configured',
      'period_opened',
      'reserved',
      'reserved',
    ]);
  });

  it('of the plan is not written for a call that comes once more', async () => {
    await running(TEN_CALLS);
    await meter.upstream.evaluated(1);
    await meter.settled();
    await meter.put('/v1/plans/team', CALLS_AND_COST);
    const before = await meter.published();
    meter = await meter.restart({ redeliver: true, config: { plans: plan(CALLS_AND_COST) } });
    await meter.settled();
    expect(await meter.published()).toEqual(before);
  });

  it('of the organization to another plan too', async () => {
    await running(TEN_CALLS);
    await meter.put('/v1/plans/small', {
      counters: { tool_calls: { limit: 1, strict: true, period: 'monthly' } },
    });
    for (const [call, slug] of [
      [1, 'team'],
      [2, 'small'],
      [3, 'team'],
      [4, 'small'],
    ] as const) {
      await meter.upstream.changePlan('acme', slug);
      await meter.upstream.evaluated(call);
      await meter.settled();
    }
    expect((await Promise.all([1, 2, 3, 4].map(typesOf))).flat()).toEqual([
      'reserved',
      'denied',
      'reserved',
      'denied',
    ]);
  });
});
