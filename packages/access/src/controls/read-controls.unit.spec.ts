import { describe, expect, it } from 'vitest';
import { UNLIMITED } from '../plan/unlimited.ts';
import { DEFAULT_ROLES } from '../roles/default-roles.ts';
import { type AccessControls, controlsHash, DEFAULT_CONTROLS } from './access-controls.ts';
import { type ControlsGiven, readControls } from './read-controls.ts';

function controlsOf(given: ControlsGiven): AccessControls {
  const read = readControls(given);
  if (read.ok) return read.controls;
  throw new Error(JSON.stringify(read.problems));
}

/** What is wrong, as `<given> <pointer>`. */
function problemsOf(given: ControlsGiven): readonly string[] {
  const read = readControls(given);
  return read.ok ? [] : read.problems.map((one) => `${one.given} ${one.pointer}`.trim());
}

const team = { counters: { tool_calls: { limit: 5, strict: true } } };

describe('the effective controls', () => {
  it('A-ENV-1: are the built-in ones where nothing is configured', () => {
    expect(controlsOf({})).toEqual(DEFAULT_CONTROLS);
    expect(DEFAULT_CONTROLS.roles).toBe(DEFAULT_ROLES);
  });

  it('A-PLAN-1: have exactly the configured plans, and the built-in one only where it is the default', () => {
    const plans = { p: { flags: { rbac: true } }, self_hosted_enterprise: team };
    expect([...controlsOf({ plans }).plans.keys()]).toEqual(['p', 'self_hosted_enterprise']);
    expect([...controlsOf({ plans: { p: team } }).plans.keys()]).toEqual(['p', 'unlimited']);
    expect([...controlsOf({ plans: { p: team }, defaultPlan: 'p' }).plans.keys()]).toEqual(['p']);
  });

  it('A-ENV-7: have self_hosted_enterprise as the default where there is one, else the built-in plan', () => {
    expect(controlsOf({ plans: { p: team, self_hosted_enterprise: team } }).defaultPlan).toBe(
      'self_hosted_enterprise',
    );
    expect(controlsOf({ plans: { p: team } }).defaultPlan).toBe('unlimited');
    expect(controlsOf({ plans: { p: team }, defaultPlan: 'p' }).defaultPlan).toBe('p');
  });

  it.each<[id: string, given: ControlsGiven, problems: readonly string[]]>([
    ['A-ENV-8: a default plan outside the effective set', { defaultPlan: 'pro' }, ['defaultPlan']],
    [
      'A-ENV-8: a default plan that is a built-in of others',
      { plans: { p: team }, defaultPlan: 'cloud_v0_hobby' },
      ['defaultPlan'],
    ],
    [
      'A-OVL-12: an overlay of a plan outside the effective set',
      { defaultPlan: 'pro', defaultPlanOverlay: { flags: { rbac: true } } },
      ['defaultPlan'],
    ],
    ['A-PLAN-2: an empty slug', { plans: { '': team } }, ['plans /']],
    ['A-PLAN-3: a plan that is null', { plans: { p: null } }, ['plans /p']],
    // The seed's text wins over its code: an entry has to say something.
    ['A-PLAN-4: an empty plan', { plans: { p: {} } }, ['plans /p']],
    ['A-PLAN-6: an unknown field', { plans: { p: { ...team, price: 1 } } }, ['plans /p/price']],
    ['A-PLAN-7: an unknown flag', { plans: { p: { flags: { fly: true } } } }, ['plans /p/flags/fly']],
    [
      'A-PLAN-7: an unknown counter',
      { plans: { p: { counters: { flights: {} } } } },
      ['plans /p/counters/flights'],
    ],
    ['A-PLAN-7: an unknown gauge', { plans: { p: { gauges: { seats: {} } } } }, ['plans /p/gauges/seats']],
    // Values are never read as others than they are.
    ['A-PLAN-8: a flag in words', { plans: { p: { flags: { rbac: 'true' } } } }, ['plans /p/flags/rbac']],
    [
      'A-PLAN-9: a limit in words',
      { plans: { p: { gauges: { users: { limit: '100' } } } } },
      ['plans /p/gauges/users/limit'],
    ],
    [
      'A-PLAN-9: a fraction',
      { plans: { p: { gauges: { users: { limit: 1.5 } } } } },
      ['plans /p/gauges/users/limit'],
    ],
    [
      'A-PLAN-9: less than nothing',
      { plans: { p: { gauges: { users: { limit: -5 } } } } },
      ['plans /p/gauges/users/limit'],
    ],
    [
      'A-PLAN-9: free above the limit',
      { plans: { p: { gauges: { users: { free: 2, limit: 1 } } } } },
      ['plans /p/gauges/users/free'],
    ],
    [
      'A-PLAN-10: a legacy key',
      { plans: { p: { counters: { tool_calls: { monthly: true } } } } },
      ['plans /p/counters/tool_calls/monthly'],
    ],
    [
      'A-PLAN-11: a counter that is null',
      { plans: { p: { counters: { tool_calls: null } } } },
      ['plans /p/counters/tool_calls'],
    ],
    [
      'A-PLAN-12: another retention',
      { plans: { p: { counters: { traces_ingested: { retention: 100 } } } } },
      ['plans /p/counters/traces_ingested/retention'],
    ],
    [
      'A-PLAN-13: another period',
      { plans: { p: { counters: { tool_calls: { period: 'weekly' } } } } },
      ['plans /p/counters/tool_calls/period'],
    ],
    [
      'A-PLAN-13: another scope',
      { plans: { p: { counters: { tool_calls: { scope: 'team' } } } } },
      ['plans /p/counters/tool_calls/scope'],
    ],
    [
      'A-PLAN-14: a throttle without mode and bucket',
      { plans: { p: { throttles: [{}] } } },
      ['plans /p/throttles/0/mode', 'plans /p/throttles/0/bucket'],
    ],
    [
      'A-PLAN-15: a bucket of less than nothing',
      { plans: { p: { throttles: [{ mode: 'include', bucket: { capacity: -1, rate: 0 } }] } } },
      ['plans /p/throttles/0/bucket/capacity', 'plans /p/throttles/0/bucket/rate'],
    ],
    [
      'A-PLAN-16: another algorithm',
      { plans: { p: { throttles: [{ mode: 'include', bucket: { algorithm: 'leaky' } }] } } },
      ['plans /p/throttles/0/bucket/algorithm'],
    ],
    [
      'A-PLAN-18: a method in capitals',
      { plans: { p: { throttles: [{ mode: 'include', bucket: null, endpoints: [['ANY', '/x']] }] } } },
      ['plans /p/throttles/0/endpoints/0/0'],
    ],
    [
      'what is wrong in all of them',
      {
        plans: { p: { flags: { rbac: 1 } } },
        roles: { team: [] },
        rolesOverlay: { owner: {} },
        defaultPlan: 'p',
        defaultPlanOverlay: { flags: { rbac: 2 } },
      },
      ['plans /p/flags/rbac', 'defaultPlanOverlay /flags/rbac', 'roles /team', 'rolesOverlay /owner'],
    ],
  ])('refuse %s', (_id, given, problems) => {
    expect(problemsOf(given)).toEqual(problems);
  });

  it('A-PLAN-5, A-PLAN-15, A-PLAN-17: take a description alone, an empty bucket, a throttle of everything', () => {
    const plans = {
      described: { description: 'x' },
      bucket: { throttles: [{ mode: 'include', bucket: {} }] },
      all: { throttles: [{ mode: 'exclude', bucket: { capacity: 2, rate: 2 } }] },
    };
    expect([...controlsOf({ plans }).plans.keys()]).toEqual([...Object.keys(plans), 'unlimited']);
  });

  it('A-OVL-15: patch the default plan alone, after the plans are known', () => {
    const { plans } = controlsOf({
      plans: { p: team, q: team },
      defaultPlan: 'q',
      defaultPlanOverlay: { counters: { tool_calls: { limit: 9 } } },
    });
    expect([
      plans.get('p')?.counters.tool_calls?.[0]?.limit,
      plans.get('q')?.counters.tool_calls?.[0]?.limit,
    ]).toEqual([5, 9]);
    expect(UNLIMITED.counters.tool_calls?.[0]?.limit).toBeNull();
  });

  it('A-ROV-12: overlay the configured roles', () => {
    const roles = {
      project: [{ role: 'reviewer', permissions: [] }],
      workspace: [{ role: 'reviewer', permissions: [] }],
    };
    const controls = controlsOf({ roles, rolesOverlay: { reviewer: { permissions: ['read'] } } });
    expect(controls.roles.project.at(-1)).toEqual({ role: 'reviewer', permissions: ['read'] });
  });
});

describe('the hash of the controls', () => {
  const hashOf = (given: ControlsGiven) => controlsHash(controlsOf(given));

  it('is another one for everything that is enforced otherwise', () => {
    const quota = (fields: object) => ({ plans: { p: { counters: { tool_calls: fields } } } });
    const throttle = (fields: object) => ({
      plans: { p: { throttles: [{ mode: 'include', bucket: null, ...fields }] } },
    });
    const given: readonly ControlsGiven[] = [
      {},
      { defaultPlan: 'p', plans: { p: team, q: team } },
      { defaultPlan: 'q', plans: { p: team, q: team } },
      ...[1, 2].map((limit) => quota({ limit })),
      quota({ limit: 1, strict: true }),
      quota({ limit: 1, free: 1 }),
      quota({ limit: 1, scope: 'user' }),
      quota({ limit: 1, period: 'daily' }),
      quota({ limit: 1, retention: 0 }),
      throttle({}),
      throttle({ bucket: { capacity: 5, rate: 5 } }),
      throttle({ bucket: { capacity: 5, rate: 6 } }),
      throttle({ bucket: { capacity: 5, rate: 5 }, categories: ['standard'] }),
      throttle({ bucket: { capacity: 5, rate: 5 }, mode: 'exclude' }),
      throttle({ bucket: { capacity: 5, rate: 5 }, endpoints: [['get', '/x']] }),
      { plans: { p: { flags: { sso: true } } } },
      { plans: { p: { flags: { sso: false } } } },
      { rolesOverlay: { editor: { permissions: ['read'] } } },
      { rolesOverlay: { editor: { permissions: [] } } },
      { roles: { organization: [{ role: 'x', permissions: ['read'] }] } },
    ];
    expect(new Set(given.map(hashOf)).size).toBe(given.length);
  });

  it('is the same however the same is written', () => {
    const one = { plans: { p: { ...team, flags: {} }, q: { description: 'x' } } };
    const other = {
      plans: {
        q: { description: 'x' },
        p: { counters: { tool_calls: [{ strict: true, scope: null, limit: 5 }] } },
      },
    };
    expect(hashOf(one)).toBe(hashOf(other));
    expect(hashOf(one)).toMatch(/^sha256:[0-9a-f]{64}$/);
  });
});
