import { COUNTERS, FLAGS, GAUGES } from '@countersign/access';
import type { JsonObject } from '@countersign/event-sourcing';
import type { EventStore } from '@countersign/event-store';
import { createMemoryCheckpoints, createMemoryEventStore } from '@countersign/event-store/memory';
import { manualClock } from '@countersign/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joined } from '../testing/joined.ts';
import { closingMeters } from '../testing/open-meters.ts';
import { startMeter, startOn } from '../testing/running-meter.ts';

const opened = closingMeters();

/** An organization on a plan; null: on one that is not in the effective set. */
async function underPlan(plan: JsonObject | null) {
  const plans = new Map(plan === null ? [] : [['team', plan]]);
  return joined(await opened(startMeter({ plans })));
}

const EVERY_KEY = [...FLAGS, ...COUNTERS, ...GAUGES];
const UNKNOWN_KEY = { status: 400, body: { code: 'invalid_request', errors: [{ pointer: '/key' }] } };
const evaluations = (limit: number | null, strict: boolean, more: JsonObject = {}) => ({
  counters: { evaluations_run: { limit, strict, period: 'monthly', ...more } },
});

describe('what a plan says', () => {
  it('A-CHK-5, A-CHK-6, A-CHK-9, A-ADJ-17: is told of every kind of key, strictly of soft limits too, and nothing changes', async () => {
    const { meter, says, check, report } = await underPlan({
      flags: { rbac: true, sso: false },
      counters: { evaluations_run: { limit: 5, period: 'monthly' }, credits_consumed: { period: 'daily' } },
      gauges: { users: { limit: 0, strict: true } },
    });
    await report(4);
    const before = await meter.published();
    expect(await says({ key: 'rbac' })).toEqual([true, null]);
    expect(await says({ key: 'sso' })).toEqual([false, 'flag_off']);
    expect(await says({ key: 'domains' })).toEqual([false, 'flag_off']);
    expect(await says({ key: 'evaluations_run' })).toEqual([true, null]);
    expect(await says({ key: 'evaluations_run', amount: 2 })).toEqual([false, 'over_quota']);
    expect(await says({ key: 'credits_consumed', amount: 1_000 })).toEqual([true, null]);
    expect(await says({ key: 'traces_ingested' })).toEqual([false, 'not_in_plan']);
    expect(await says({ key: 'users' })).toEqual([false, 'over_quota']);
    expect(await says({ key: 'users', amount: 0 })).toEqual([true, null]);
    const { body } = await check({ key: 'evaluations_run' });
    expect(body.meters).toMatchObject([{ key: 'evaluations_run', limit: 5, used: 4 }]);
    expect(await meter.published()).toEqual(before);
  });

  it('A-CHK-1, A-CHK-2: is told of keys that there are, in the organization of who asks, whatever plan that is on', async () => {
    const { meter, check } = await underPlan(evaluations(5, true));
    await meter.upstream.organization('globex', 'elsewhere');
    await meter.settled();
    for (const as of ['reader', 'stranger']) {
      for (const key of ['wings', 'EVALUATIONS_RUN', 'Counter.EVALUATIONS_RUN', ''])
        expect(await check({ key }, as)).toMatchObject(UNKNOWN_KEY);
    }
    const ofBoth = async () =>
      (await Promise.all(['reader', 'stranger'].map((as) => check({ key: 'evaluations_run' }, as)))).map(
        ({ body }) => [body.plan, body.allowed],
      );
    expect(await ofBoth()).toEqual([
      ['team', true],
      ['elsewhere', false],
    ]);
  });

  it.each<[string, JsonObject | null]>([
    ['A-CHK-3: a plan that is not in force', null],
    ['A-CHK-4: a plan that is only described', { description: 'for show' }],
  ])('%s entitles to nothing, of every key, and says so', async (_what, plan) => {
    const { meter, says, report } = await underPlan(plan);
    for (const key of EVERY_KEY) {
      const isFlag = FLAGS.some((flag) => flag === key);
      expect([key, ...(await says({ key }))]).toEqual([key, false, isFlag ? 'flag_off' : 'not_in_plan']);
    }
    expect(await report(1)).toMatchObject({ status: 429, body: { code: 'over_quota', limit: 0 } });
    await meter.upstream.evaluated(1);
    await meter.settled();
    const denied = (await meter.published()).filter(({ type }) => type === 'agent.quota.denied');
    expect(denied.map(({ data }) => data.which)).toEqual([{ kind: 'entitlement', key: 'tool_calls' }]);
  });

  it('A-CHK-3: is not made up for an organization that is not known', async () => {
    const { check } = await underPlan(evaluations(5, true));
    expect(await check({ key: 'rbac' }, 'stranger')).toMatchObject({
      status: 503,
      body: { code: 'unavailable' },
    });
  });
});

describe('what is counted', () => {
  it.each([
    ['A-CHK-8, A-CHK-10: strict', true],
    ['A-CHK-10: soft', false],
  ] as const)(
    '%s is what the very next check goes by, and what it allows is let through',
    async (_mode, strict) => {
      const limits = fc.option(fc.integer({ min: 0, max: 12 }));
      const acts = fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { minLength: 1, maxLength: 8 });
      await fc.assert(
        fc.asyncProperty(limits, acts, async (limit, given) => {
          const { meter, check, report } = await underPlan(evaluations(limit, strict));
          let used = 0;
          for (const [asked, counted] of given) {
            const { body } = await check({ key: 'evaluations_run', amount: asked });
            const fits = asked === 0 || limit === null || used + asked <= limit;
            expect(body).toMatchObject({
              allowed: fits,
              reason: fits ? null : 'over_quota',
              meters: [{ used }],
            });
            const amount = fits ? asked : counted;
            const { status } = await report(amount);
            if (fits) expect(status).toBe(200);
            if (status === 200) used += amount;
          }
          await meter.close();
        }),
        { numRuns: 12, seed: 8 },
      );
    },
  );

  // Agenta's PR-42: by one name it was counted and by another looked up, so that the check always read 0.
  it.each(['evaluations_run', 'traces_ingested', 'credits_consumed', 'events_ingested'])(
    'of %s is found by the check',
    async (key) => {
      const { meter, says } = await underPlan({ counters: { [key]: { limit: 2, strict: true } } });
      expect((await meter.post('/v1/usage', { key, amount: 2 })).status).toBe(200);
      expect(await says({ key })).toEqual([false, 'over_quota']);
    },
  );

  it('A-ADJ-17: is what is held and what is beyond the limit as well', async () => {
    const plan = (limit: number) => ({
      counters: { tool_calls: { limit: 2, strict: true }, evaluations_run: { limit, strict: true } },
    });
    const { meter, says, check } = await underPlan(plan(4));
    await meter.upstream.evaluated(1);
    await meter.settled();
    expect(await says({ key: 'tool_calls' })).toEqual([true, null]);
    expect(await says({ key: 'tool_calls', amount: 2 })).toEqual([false, 'over_quota']);
    await meter.upstream.called(1, { usage: { counters: { evaluations_run: 6 } } });
    await meter.settled();
    await meter.put('/v1/plans/team', plan(6));
    expect(await says({ key: 'evaluations_run' })).toEqual([false, 'over_quota']);
    await meter.put('/v1/plans/team', plan(7));
    // Agenta's PR-43: what was raised was still refused, by a figure from before.
    expect((await check({ key: 'evaluations_run' })).body).toMatchObject({
      allowed: true,
      meters: [{ limit: 7, used: 4, overrun: 2 }],
    });
  });

  it('A-CHK-11: stands in the period of each limit', async () => {
    const { meter, check, report } = await underPlan({
      counters: {
        evaluations_run: [
          { limit: 3, strict: true, period: 'daily' },
          { limit: 5, strict: true, period: 'monthly' },
          { period: 'yearly' },
        ],
      },
    });
    await report(3);
    meter.clock.advance(24 * 3_600_000);
    const { body } = await check({ key: 'evaluations_run', amount: 3 });
    expect(body).toMatchObject({ allowed: false, reason: 'over_quota' });
    expect((body.meters as JsonObject[]).map(({ limit, used }) => [limit, used])).toEqual([
      [3, 0],
      [5, 3],
      [null, 3],
    ]);
    expect((await check({ key: 'evaluations_run', amount: 2 })).body.allowed).toBe(true);
  });

  it('A-CHK-12: is an amount that somebody named', async () => {
    const { meter, report } = await underPlan(evaluations(null, true));
    await report(3);
    for (const amount of [undefined, null, '1', 1.5, true])
      expect(await meter.post('/v1/usage', { key: 'evaluations_run', amount })).toMatchObject({
        status: 400,
        body: { code: 'invalid_request', errors: [{ pointer: '/amount' }] },
      });
    expect(await meter.meters()).toMatchObject([{ used: 3 }]);
  });

  // Agenta's PR-34: nothing at all was refused at the limit.
  it('A-ADJ-6, A-ADJ-13: may be nothing at all, at the limit and without an allowance', async () => {
    for (const limit of [0, 3]) {
      const { says, report } = await underPlan(evaluations(limit, false));
      expect((await report(limit)).status).toBe(200);
      expect([(await report(0)).status, (await report(1)).status]).toEqual([200, 429]);
      expect(await says({ key: 'evaluations_run', amount: 0 })).toEqual([true, null]);
    }
  });
});

it('A-CHK-7: nothing is let through where the meters can not be asked', async () => {
  const ledger = createMemoryEventStore();
  let isBroken = false;
  const broken = { code: 'StoreUnavailable', reason: 'failed', detail: 'EIO' } as const;
  const store: EventStore = {
    ...ledger,
    get acceptedPosition() {
      return ledger.acceptedPosition;
    },
    get durablePosition() {
      return ledger.durablePosition;
    },
    read: (...asked) => (isBroken ? Promise.reject(new Error('EIO')) : ledger.read(...asked)),
    append: (...asked) =>
      isBroken
        ? { accepted: Promise.resolve(broken), durable: Promise.resolve(broken) }
        : ledger.append(...asked),
  };
  const plan = { flags: { rbac: true }, ...evaluations(null, true) };
  const running = startOn(store, manualClock(), createMemoryCheckpoints(), {
    plans: new Map([['team', plan]]),
  });
  const { check, report } = await joined(await opened(running));
  isBroken = true;
  for (const asked of [
    check({ key: 'rbac' }),
    check({ key: 'evaluations_run' }),
    check({ key: 'evaluations_run', amount: 0 }),
    report(1),
    report(0),
  ])
    expect(await asked).toMatchObject({ status: 503, body: { code: 'unavailable' } });
  isBroken = false;
  expect([(await check({ key: 'rbac' })).status, (await report(1)).status]).toEqual([200, 200]);
});
