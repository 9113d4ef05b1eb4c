import type { JsonObject } from '@countersign/event-sourcing';
import type { PlaceAsk, RequestAsk } from '@countersign/service';
import { describe, expect, it } from 'vitest';
import { closingMeters } from '../testing/open-meters.ts';
import { startMeter } from '../testing/running-meter.ts';
import { PLACE_MS } from './admission.ts';

const opened = closingMeters();
const bucket = (capacity: number, rate = 60) => ({ capacity, rate });

async function underPlan(plan: JsonObject) {
  const meter = await opened(startMeter({ plans: new Map([['team', plan]]) }));
  await meter.upstream.organization('acme', 'team');
  await meter.settled();
  return meter;
}

const reading = (more: Partial<RequestAsk> = {}): RequestAsk => ({
  by: { kind: 'user', id: 'ann', organization: 'acme' },
  traffic: { categories: ['tracing_slow'], method: 'GET', path: '/v1/events' },
  amounts: [{ key: 'audit_reads', amount: 1 }],
  ...more,
});
const seat = (subject: string): PlaceAsk => ({ organization: 'acme', gauge: 'users', subject });

describe('a request', () => {
  it('costs nothing where the plan limits and counts nothing of it, and is answered at once', async () => {
    const meter = await underPlan({ counters: { tool_calls: { limit: 1 } } });
    expect(meter.admission.request(reading())).toEqual({ kind: 'admitted', rate: null });
    expect(await meter.published()).toEqual([]);
  });

  it('A-THR-13: is not throttled on a plan without throttles, whatever others have', async () => {
    const throttles = [{ mode: 'include', bucket: bucket(1, 1) }];
    const plans = new Map<string, JsonObject>([
      ['free', { description: 'narrow', throttles }],
      ['unlimited', { description: 'narrow', throttles }],
      ['open', { description: 'open', throttles: [] }],
      ['team', { description: 'open' }],
    ]);
    const meter = await opened(startMeter({ plans, defaultPlan: 'free' }));
    for (const [organization, plan] of [
      ['acme', 'team'],
      ['globex', 'open'],
      ['umbrella', 'gone'],
      ['initech', 'free'],
    ] as const)
      await meter.upstream.organization(organization, plan);
    await meter.settled();
    const answersOf = async (organization: string) => {
      const by = { kind: 'user', id: 'ann', organization } as const;
      const asked = [1, 2, 3].map(() => meter.admission.request(reading({ by, amounts: [] })));
      return (await Promise.all(asked)).map(({ kind }) => kind);
    };
    for (const organization of ['acme', 'globex', 'umbrella'])
      expect(await answersOf(organization)).toEqual(['admitted', 'admitted', 'admitted']);
    expect(await answersOf('initech')).toEqual(['admitted', 'refused', 'refused']);
  });

  it('A-THR-14: finds its bucket as it was left when the plan is another and has the same throttle', async () => {
    const throttles = [{ mode: 'include', categories: ['tracing_slow'], bucket: bucket(2, 1) }];
    const meter = await opened(
      startMeter({
        plans: new Map<string, JsonObject>([
          ['team', { throttles }],
          ['other', { throttles }],
        ]),
      }),
    );
    await meter.upstream.organization('acme', 'team');
    await meter.settled();
    const ask = async () => (await meter.admission.request(reading({ amounts: [] }))).kind;
    expect([await ask(), await ask(), await ask()]).toEqual(['admitted', 'admitted', 'refused']);
    await meter.upstream.changePlan('acme', 'other');
    await meter.settled();
    expect(await ask()).toBe('refused');
  });

  it('A-THR-16: that is throttled leaves the anchor day of its organization alone', async () => {
    const meter = await opened(
      startMeter({
        plans: new Map<string, JsonObject>([
          [
            'team',
            {
              counters: { audit_reads: { limit: 9, period: 'monthly' } },
              throttles: [{ mode: 'include', bucket: bucket(1) }],
            },
          ],
        ]),
      }),
    );
    await meter.upstream.organization('acme', 'team', { anchor_day: 15 });
    await meter.settled();
    for (const kind of ['admitted', 'refused'])
      expect(await meter.admission.request(reading())).toMatchObject({ kind });
    const month = { start: '2026-11-15T00:00:00.000Z', end: '2026-12-15T00:00:00.000Z' };
    expect(await meter.meters()).toMatchObject([{ key: 'audit_reads', used: 1, period: month }]);
  });

  it('is let through exactly as often as its throttle says, however many ask at once', async () => {
    const meter = await underPlan({
      throttles: [{ mode: 'include', endpoints: [['get', '/v1/*']], bucket: bucket(7) }],
    });
    const answers = await Promise.all(Array.from({ length: 40 }, () => meter.admission.request(reading())));
    expect(answers.filter(({ kind }) => kind === 'admitted')).toHaveLength(7);
    expect(answers[0]).toEqual({ kind: 'admitted', rate: { limit: 7, remaining: 6 } });
    expect(answers.at(-1)).toEqual({
      kind: 'refused',
      by: { kind: 'throttle', throttle: 'get /v1/*' },
      limit: 7,
      used: 7,
      retryAfterMs: 1_000,
    });
    // Refusals leave no trace: the plan, and one event for each that was let through.
    expect(await meter.published()).toHaveLength(1 + 7);
    meter.clock.advance(1_000);
    expect(await meter.admission.request(reading())).toMatchObject({ kind: 'admitted' });
  });

  it('is charged to all throttles and counters that cover it or to none', async () => {
    const meter = await underPlan({
      counters: { audit_reads: { limit: 2, strict: true, period: 'daily', scope: 'user' } },
      throttles: [
        { mode: 'include', categories: ['tracing_slow'], bucket: bucket(5) },
        { mode: 'exclude', categories: ['tool_calls'], bucket: bucket(4) },
        { mode: 'exclude', categories: ['tracing_slow'], bucket: bucket(2) },
      ],
    });
    const ask = async (id: string) =>
      meter.admission.request(reading({ by: { kind: 'user', id, organization: 'acme' } }));
    expect(await ask('ann')).toMatchObject({ rate: { limit: 4, remaining: 3 } });
    expect(await ask('ann')).toMatchObject({ rate: { limit: 4, remaining: 2 } });
    expect(await ask('ann')).toMatchObject({
      kind: 'refused',
      by: { kind: 'counter', key: 'audit_reads', scope: 'user:ann' },
    });
    expect(await ask('bob')).toMatchObject({ rate: { limit: 4, remaining: 1 } });
    expect(await ask('bob')).toMatchObject({ rate: { limit: 4, remaining: 0 } });
    expect(await ask('eve')).toMatchObject({ kind: 'refused', by: { throttle: 'not tool_calls' } });
    expect(await meter.meters('?scope=user:eve')).toEqual([]);
  });

  it('of an agent is one of its owner, of a service one of its own name', async () => {
    const meter = await underPlan({
      counters: { audit_reads: { limit: 1, strict: true, period: 'daily', scope: 'user' } },
    });
    await meter.upstream.agent('bot', { owner: 'ann' });
    await meter.settled();
    const as = async (kind: 'user' | 'agent' | 'service', id: string) =>
      (await meter.admission.request(reading({ by: { kind, id, organization: 'acme' } }))).kind;
    expect(await as('agent', 'bot')).toBe('admitted');
    expect(await as('user', 'ann')).toBe('refused');
    expect([await as('service', 'crawler'), await as('service', 'crawler')]).toEqual(['admitted', 'refused']);
  });

  it.each([
    { counters: { audit_reads: { period: 'daily' } } },
    { throttles: [{ mode: 'include', bucket: bucket(5) }] },
  ])(
    'A-CHK-3, A-CHK-7, A-THR-7: is not let through under %j where nobody knows its plan, or what is counted can not be written',
    async (plan) => {
      const meter = await underPlan(plan);
      const by = { kind: 'user', id: 'ann', organization: 'nowhere' } as const;
      expect(await meter.admission.request(reading({ by }))).toMatchObject({ kind: 'unavailable' });
      await meter.store.close();
      expect(await meter.admission.request(reading())).toMatchObject({ kind: 'unavailable' });
    },
  );
});

describe('a place', () => {
  const seats = (limit: number) => ({ gauges: { users: { limit, strict: true } } });

  // Agenta's PR-46: what failed after it was counted stayed counted.
  it('is held once for its subject, taken by the event that follows, and free again without one', async () => {
    const meter = await underPlan(seats(2));
    const ask = async (id: string) => (await meter.admission.place(seat(id))).kind;
    expect([await ask('ann'), await ask('ann'), await ask('bob')]).toEqual([
      'admitted',
      'admitted',
      'admitted',
    ]);
    expect(await meter.admission.place(seat('eve'))).toEqual({
      kind: 'refused',
      by: { kind: 'gauge', key: 'users', scope: 'organization:acme' },
      limit: 2,
      used: 2,
      retryAfterMs: null,
    });
    await meter.upstream.user('ann');
    await meter.settled();
    meter.clock.advance(PLACE_MS);
    await meter.expire();
    expect(await meter.meters()).toMatchObject([{ key: 'users', used: 1 }]);
    expect([await ask('eve'), await ask('bob')]).toEqual(['admitted', 'refused']);
  });

  it('A-ADJ-20: is the last of 50, and not to be had by the next', async () => {
    const meter = await underPlan(seats(50));
    const asked = Array.from({ length: 51 }, (_, index) => meter.admission.place(seat(`u${index}`)));
    const answers = await Promise.all(asked);
    expect(answers.filter(({ kind }) => kind === 'admitted')).toHaveLength(50);
    expect(answers.at(-1)).toMatchObject({ kind: 'refused', limit: 50, used: 50, retryAfterMs: null });
    expect(await meter.meters()).toMatchObject([{ key: 'users', used: 50 }]);
  });

  it('is one of so many that exist, whatever the plan was when they came', async () => {
    const meter = await underPlan({ counters: { tool_calls: { limit: 1 } } });
    for (const id of ['ann', 'bob', 'eve']) {
      expect(meter.admission.place(seat(id))).toEqual({ kind: 'admitted', rate: null });
      await meter.upstream.user(id);
    }
    await meter.settled();
    await meter.put('/v1/plans/team', seats(3));
    expect(await meter.admission.place(seat('joe'))).toMatchObject({ kind: 'refused', used: 3 });
    await meter.put('/v1/plans/team', seats(4));
    expect(await meter.admission.place(seat('joe'))).toMatchObject({ kind: 'admitted' });
  });

  it('A-CHK-4: is not to be had under a plan that entitles to nothing', async () => {
    const meter = await underPlan({ description: 'for show' });
    expect(await meter.admission.place(seat('ann'))).toMatchObject({
      kind: 'refused',
      by: { kind: 'gauge', key: 'users', scope: null },
    });
  });

  it('of an agent is free while it is disabled, and again one of its project when it is enabled', async () => {
    const meter = await underPlan({
      gauges: { active_agents: { limit: 1, strict: true, scope: 'project' } },
    });
    const ask = async (subject: string, project = 'web') =>
      (await meter.admission.place({ organization: 'acme', gauge: 'active_agents', subject, project })).kind;
    await meter.upstream.agent('bot', { project: 'web' });
    await meter.settled();
    expect([await ask('other'), await ask('other', 'shop')]).toEqual(['refused', 'admitted']);
    await meter.upstream.agentIs('disabled', 'bot');
    await meter.settled();
    expect(await ask('third')).toBe('admitted');
    await meter.upstream.agentIs('enabled', 'bot');
    await meter.settled();
    expect(await meter.meters('?scope=project:web')).toMatchObject([{ key: 'active_agents', used: 2 }]);
  });

  it('is what exists now, also for an instance that hears all of it again', async () => {
    let meter = await underPlan(seats(9));
    await meter.upstream.user('ann');
    await meter.upstream.agent('bot');
    await meter.upstream.agentIs('disabled', 'bot');
    await meter.settled();
    const before = await meter.published();
    meter = await opened(meter.restart({ redeliver: true }));
    await meter.settled();
    expect(await meter.published()).toEqual(before);
  });
});
