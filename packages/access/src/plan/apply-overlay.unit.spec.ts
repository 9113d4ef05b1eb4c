import { describe, expect, it } from 'vitest';
import { pointersOf, valueIn } from '../testing/problems.ts';
import { applyPlanOverlay } from './apply-overlay.ts';
import { parsePlan } from './parse-plan.ts';
import { UNLIMITED } from './unlimited.ts';

/** As the seed's smallest plan is: one throttle of one category, one of three. */
const BASE = valueIn(
  parsePlan({
    description: 'small',
    flags: { rbac: false, sso: true },
    counters: {
      evaluations_run: { free: 20, limit: 20, strict: true, period: 'monthly' },
      tool_calls: [
        { limit: 10, period: 'daily' },
        { limit: 100, period: 'monthly', scope: 'user' },
      ],
    },
    gauges: { users: { free: 2, limit: 2, strict: true } },
    throttles: [
      { mode: 'include', categories: ['standard'], bucket: { capacity: 480, rate: 480 } },
      { mode: 'include', categories: ['core_fast', 'tracing_fast'], bucket: { capacity: 1200, rate: 1200 } },
      { mode: 'include', categories: ['ai_services'], endpoints: [['post', '/x']], bucket: null },
    ],
  }),
);
const overlaid = (json: unknown) => applyPlanOverlay(BASE, json);

describe('the default plan overlay', () => {
  it('A-OVL-1: changes the given fields of a quota and no other', () => {
    const plan = valueIn(overlaid({ counters: { evaluations_run: { limit: 50 } } }));
    expect(plan).toEqual({
      ...BASE,
      counters: {
        ...BASE.counters,
        evaluations_run: [{ ...BASE.counters.evaluations_run?.[0], limit: 50 }],
      },
    });
  });

  it('A-OVL-2: clears a field with null', () => {
    expect(valueIn(overlaid({ gauges: { users: { limit: null } } })).gauges.users).toEqual([
      { free: 2, limit: null, strict: true, retention: null, scope: 'organization', period: null },
    ]);
  });

  it('A-OVL-3: is the whole quota where the plan has none', () => {
    const { counters } = valueIn(overlaid({ counters: { credits_consumed: { limit: 3 } } }));
    expect(counters.credits_consumed).toEqual([
      { free: null, limit: 3, strict: false, retention: null, scope: 'organization', period: null },
    ]);
  });

  it('A-OVL-4: sets a flag and leaves the others', () => {
    expect(valueIn(overlaid({ flags: { rbac: true } })).flags).toEqual({ rbac: true, sso: true });
  });

  it('A-OVL-5: takes an empty part', () => {
    expect(valueIn(overlaid({ flags: {} }))).toEqual(BASE);
  });

  it('A-OVL-8: merges a bucket field by field and replaces the mode', () => {
    const { throttles } = valueIn(
      overlaid({ throttles: { standard: { mode: 'exclude', bucket: { rate: 7200 } } } }),
    );
    expect(throttles[0]).toEqual({
      mode: 'exclude',
      categories: ['standard'],
      endpoints: null,
      bucket: { capacity: 480, rate: 7200, algorithm: null },
    });
    const cleared = valueIn(overlaid({ throttles: { standard: { bucket: null } } }));
    expect(cleared.throttles[0]?.bucket).toEqual({ capacity: null, rate: null, algorithm: null });
  });

  it('A-OVL-10: applies to the built-in plan, which has a throttle of every category', () => {
    const plan = valueIn(
      applyPlanOverlay(UNLIMITED, { throttles: { standard: { bucket: { rate: 7200 } } } }),
    );
    expect(plan.throttles[0]?.bucket).toEqual({ capacity: null, rate: 7200, algorithm: null });
  });

  it('A-OVL-14: replaces the description', () => {
    expect(valueIn(overlaid({ description: 'other' })).description).toBe('other');
  });

  it('A-OVL-15: leaves the plan as it is', () => {
    const before = structuredClone(BASE);
    valueIn(overlaid({ gauges: { users: { limit: 9 } }, throttles: { standard: { bucket: { rate: 1 } } } }));
    expect(BASE).toEqual(before);
  });

  it('patches the one of several quotas whose scope and period it names', () => {
    const { counters } = valueIn(
      overlaid({ counters: { tool_calls: { scope: 'user', period: 'monthly', limit: 7 } } }),
    );
    expect(counters.tool_calls?.map(({ limit }) => limit)).toEqual([10, 7]);
  });

  it.each<[id: string, json: unknown, pointers: readonly string[]]>([
    ['A-ENV-4: a list', [], ['']],
    ['A-ENV-5: an empty object', {}, ['']],
    ['an unknown part', { quotas: {} }, ['/quotas']],
    ['an unknown flag', { flags: { fly: true } }, ['/flags/fly']],
    ['an unknown counter', { counters: { flights: {} } }, ['/counters/flights']],
    ['an unknown gauge', { gauges: { seats: {} } }, ['/gauges/seats']],
    ['A-OVL-6: throttles as a list', { throttles: [] }, ['/throttles']],
    ['A-OVL-7: an unknown category', { throttles: { slow: { bucket: { rate: 1 } } } }, ['/throttles/slow']],
    [
      'A-OVL-8: another field of a throttle',
      { throttles: { standard: { categories: [] } } },
      ['/throttles/standard/categories'],
    ],
    [
      'A-OVL-9: a category that the plan does not throttle',
      { throttles: { core_slow: {} } },
      ['/throttles/core_slow'],
    ],
    [
      'A-OVL-9: a category with endpoints beside it',
      { throttles: { ai_services: {} } },
      ['/throttles/ai_services'],
    ],
    ['A-OVL-11: a category among several', { throttles: { core_fast: {} } }, ['/throttles/core_fast']],
    [
      'A-OVL-13: another retention',
      { counters: { traces_ingested: { retention: 100 } } },
      ['/counters/traces_ingested/retention'],
    ],
    ['a quota that is null', { counters: { evaluations_run: null } }, ['/counters/evaluations_run']],
    ['free above the limit that stays', { gauges: { users: { free: 3 } } }, ['/gauges/users/free']],
    [
      'a bucket that no clock can keep',
      { throttles: { standard: { bucket: { capacity: 1 } } } },
      ['/throttles/standard/bucket/capacity'],
    ],
    [
      'a quota out of several that it does not name',
      { counters: { tool_calls: { limit: 7 } } },
      ['/counters/tool_calls'],
    ],
    ['a description that is no text', { description: null }, ['/description']],
    [
      'everything that is wrong at once',
      {
        flags: { rbac: 'yes' },
        gauges: { users: { limit: -1, monthly: true } },
        throttles: { core_slow: {}, standard: { bucket: { rate: '5' } } },
      },
      [
        '/throttles/core_slow',
        '/flags/rbac',
        '/gauges/users/monthly',
        '/gauges/users/limit',
        '/throttles/standard/bucket/rate',
      ],
    ],
  ])('refuses %s', (_id, json, pointers) => {
    expect(pointersOf(overlaid(json))).toEqual(pointers);
  });
});
