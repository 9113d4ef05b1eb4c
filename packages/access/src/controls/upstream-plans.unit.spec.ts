import { describe, expect, it } from 'vitest';
import { readControls } from './read-controls.ts';

type Bucket = readonly [capacity: number, rate: number];

/** The plans that Agenta has built in, as its operators would write them out to keep them. */
const flags = (all: boolean) => ({ rbac: all, access: all, domains: all, sso: all });
const counters = (
  evaluations: object,
  ingested: object,
  events: object = {},
  credits: object = { free: 100, limit: 100 },
) => ({
  evaluations_run: { strict: true, period: 'monthly', ...evaluations },
  traces_ingested: { period: 'monthly', ...ingested },
  traces_retrieved: { strict: true, scope: 'user', period: 'daily' },
  credits_consumed: { strict: true, period: 'monthly', ...credits },
  events_ingested: { period: 'monthly', ...events },
});
const users = (quota: object = {}) => ({ users: { strict: true, ...quota } });
const throttles = (standard: Bucket, fast: Bucket, slow: Bucket, ai: Bucket) =>
  (
    [
      [['standard'], standard],
      [['core_fast', 'tracing_fast', 'services_fast'], fast],
      [['core_slow', 'tracing_slow', 'services_slow'], slow],
      [['ai_services'], ai],
    ] as const
  ).map(([categories, [capacity, rate]]) => ({ categories, mode: 'include', bucket: { capacity, rate } }));

const PLANS = {
  cloud_v0_hobby: {
    flags: flags(false),
    counters: counters(
      { free: 20, limit: 20 },
      { free: 5_000, limit: 5_000, retention: 44_640 },
      { retention: 44_640 },
    ),
    gauges: users({ free: 2, limit: 2 }),
    throttles: throttles([480, 480], [1_200, 1_200], [120, 1], [10, 30]),
  },
  cloud_v0_pro: {
    flags: flags(false),
    counters: counters({}, { free: 10_000, retention: 131_040 }, { retention: 131_040 }),
    gauges: users({ free: 3, limit: 10 }),
    throttles: throttles([1_440, 1_440], [3_600, 3_600], [180, 1], [30, 90]),
  },
  cloud_v0_business: {
    flags: flags(true),
    counters: counters({}, { free: 1_000_000, retention: 525_600 }, { retention: 525_600 }),
    gauges: users(),
    throttles: throttles([3_600, 3_600], [36_000, 36_000], [1_800, 1], [300, 900]),
  },
  cloud_v0_agenta_ai: { flags: flags(true), counters: counters({}, {}), gauges: users() },
  self_hosted_enterprise: { flags: flags(true), counters: counters({}, {}, {}, {}), gauges: users() },
};

const controlsOf = (defaultPlan: string, defaultPlanOverlay?: object) => {
  const read = readControls({ plans: PLANS, defaultPlan, ...(defaultPlanOverlay && { defaultPlanOverlay }) });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.controls;
};

describe('the built-in plans of Agenta', () => {
  it('are plans here, written out: every quota and every throttle', () => {
    const { plans } = controlsOf('cloud_v0_hobby');
    expect([...plans.keys()]).toEqual(Object.keys(PLANS));
    const hobby = plans.get('cloud_v0_hobby');
    expect(hobby?.counters.traces_ingested).toEqual([
      expect.objectContaining({ free: 5_000, limit: 5_000, strict: false, retention: 44_640 }),
    ]);
    expect(hobby?.throttles.map(({ bucket: { capacity, rate } }) => [capacity, rate])).toEqual([
      [480, 480],
      [1_200, 1_200],
      [120, 1],
      [10, 30],
    ]);
  });

  it('are patched by category where a throttle is of one category alone', () => {
    const { plans } = controlsOf('cloud_v0_hobby', { throttles: { standard: { bucket: { rate: 7_200 } } } });
    const [standard] = plans.get('cloud_v0_hobby')?.throttles ?? [];
    expect(standard).toMatchObject({ categories: ['standard'], bucket: { capacity: 480, rate: 7_200 } });
    const shared = { throttles: { core_fast: { bucket: { rate: 7_200 } } } };
    expect(readControls({ plans: PLANS, defaultPlan: 'cloud_v0_hobby', defaultPlanOverlay: shared }).ok).toBe(
      false,
    );
  });
});
