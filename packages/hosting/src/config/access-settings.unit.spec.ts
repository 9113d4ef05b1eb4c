import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { controlsHash, DEFAULT_CONTROLS, type PlanProblem } from '@countersign/access';
import { createLogger } from '@countersign/telemetry';
import { collectLogs } from '@countersign/testing';
import { describe, expect, it } from 'vitest';
import { type AccessSettings, logAccessSettings, readAccessSettings } from './access-settings.ts';

type Environment = Record<string, string>;

const PLANS = '{"team":{"counters":{"tool_calls":{"limit":5}}},"pro":{"description":"x"}}';
const none = (): readonly PlanProblem[] => [];

function settingsOf(environment: Environment): AccessSettings {
  const read = readAccessSettings(environment, none);
  if (read.ok) return read.settings;
  throw new Error(JSON.stringify(read.errors));
}

/** What is wrong, as `<name> <pointer>`. */
function errorsOf(environment: Environment, judge = none): readonly string[] {
  const read = readAccessSettings(environment, judge);
  return read.ok
    ? []
    : read.errors.map(({ name, detail }) => `${name} ${/^(\/[^:]*): /.exec(detail)?.[1] ?? ''}`.trim());
}

describe('the settings of access', () => {
  it.each([{}, { COUNTERSIGN_ACCESS_PLANS: '', AGENTA_ACCESS_ROLES: '  ' }])(
    'A-ENV-1, A-ENV-2: %j are none',
    (environment) => {
      const settings = settingsOf(environment);
      expect(settings).toEqual({
        plans: new Map(),
        defaultPlan: 'unlimited',
        plansSource: 'defaults',
        roles: DEFAULT_CONTROLS.roles,
        rolesSource: 'defaults',
        source: 'defaults',
        hash: controlsHash(DEFAULT_CONTROLS),
        warnings: [],
      });
    },
  );

  it('are read as they are written, with where they come from', () => {
    const settings = settingsOf({
      COUNTERSIGN_ACCESS_PLANS: PLANS,
      AGENTA_ACCESS_ROLES_OVERLAY: '{"editor":{"permissions":[]}}',
    });
    expect(settings.plans).toEqual(new Map(Object.entries(JSON.parse(PLANS))));
    expect(settings).toMatchObject({
      plansSource: 'env',
      rolesSource: 'aliases',
      source: 'env',
      defaultPlan: 'unlimited',
    });
  });

  it('have the patched default plan in normal form, and the others as they are written', () => {
    const { plans, defaultPlan } = settingsOf({
      AGENTA_ACCESS_PLANS: PLANS,
      AGENTA_DEFAULT_PLAN: 'team',
      AGENTA_ACCESS_DEFAULT_PLAN_OVERLAY: '{"counters":{"tool_calls":{"limit":9}}}',
    });
    expect(defaultPlan).toBe('team');
    expect(plans.get('pro')).toEqual({ description: 'x' });
    expect(plans.get('team')).toMatchObject({
      counters: { tool_calls: [{ limit: 9, scope: 'organization' }] },
      throttles: [],
    });
  });

  it.each([
    ['A-ENV-3: no JSON', '{not json'],
    ['A-ENV-4: a list', '[1,2,3]'],
    ['A-ENV-4: a text', '"x"'],
    ['A-ENV-4: a number', '1'],
    ['A-ENV-5: an empty object', '{}'],
    // Read alike by every reader, or not at all.
    ['A-ENV-9: a key twice', '{"project":{},"project":{}}'],
    ['a file that there is not', '@/no/such/file'],
  ])('are refused where there is %s', (_id, text) => {
    for (const name of ['PLANS', 'ROLES', 'ROLES_OVERLAY', 'DEFAULT_PLAN_OVERLAY']) {
      for (const prefix of ['COUNTERSIGN_ACCESS_', 'AGENTA_ACCESS_'])
        expect(new Set(errorsOf({ [prefix + name]: text }).map((error) => error.split(' ')[0]))).toEqual(
          new Set([prefix + name]),
        );
    }
  });

  it('A-ENV-6: ours win over the other names, canonical ones over old ones, with a warning', () => {
    const settings = settingsOf({
      COUNTERSIGN_ACCESS_PLANS: PLANS,
      AGENTA_ACCESS_PLANS: '{not json',
      AGENTA_ACCESS_DEFAULT_PLAN: 'team',
      AGENTA_DEFAULT_PLAN: 'pro',
    });
    expect(settings.defaultPlan).toBe('team');
    expect(settings.warnings).toEqual([
      'AGENTA_ACCESS_PLANS is not used: COUNTERSIGN_ACCESS_PLANS is given as well',
      'AGENTA_DEFAULT_PLAN is not used: AGENTA_ACCESS_DEFAULT_PLAN is given as well',
    ]);
    expect(settingsOf({ AGENTA_ACCESS_PLANS: PLANS, AGENTA_DEFAULT_PLAN: 'pro' }).defaultPlan).toBe('pro');
  });

  it('A-PLAN-19, A-PLAN-20: need no free plan, and no catalog of prices that names plans: nothing is sold here', () => {
    const environment = {
      AGENTA_ACCESS_PLANS: '{"team":{"flags":{"rbac":true}}}',
      AGENTA_ACCESS_DEFAULT_PLAN: 'team',
      AGENTA_BILLING_CATALOG: '[{"plan":"cloud_v0_pro"}]',
      AGENTA_BILLING_PRICING: '{"team":{"free":false}}',
    };
    const settings = settingsOf(environment);
    expect([[...settings.plans.keys()], settings.defaultPlan, settings.warnings]).toEqual([
      ['team'],
      'team',
      [],
    ]);
  });

  it('A-ENV-8: are refused with a default plan outside the effective set', () => {
    expect(errorsOf({ AGENTA_DEFAULT_PLAN: 'pro' })).toEqual(['AGENTA_DEFAULT_PLAN']);
    expect(
      errorsOf({
        COUNTERSIGN_ACCESS_DEFAULT_PLAN: 'pro',
        COUNTERSIGN_ACCESS_PLANS: '{"team":{"description":"x"}}',
      }),
    ).toEqual(['COUNTERSIGN_ACCESS_DEFAULT_PLAN']);
  });

  it('tell everything that is wrong in all of them, with its name and place', () => {
    const errors = errorsOf({
      COUNTERSIGN_ACCESS_PLANS: '{"team":{"flags":{"fly":true}},"Pro":{"description":"x"}}',
      AGENTA_ACCESS_ROLES: '{"team":[],"project":[{"role":"owner","permissions":["fly"]}]}',
      COUNTERSIGN_ACCESS_ROLES_OVERLAY: '{',
      COUNTERSIGN_ACCESS_DEFAULT_PLAN_OVERLAY: '{"throttles":{"slow":{}}}',
    });
    expect([...errors].sort()).toEqual([
      'AGENTA_ACCESS_ROLES /project/0/permissions/0',
      'AGENTA_ACCESS_ROLES /project/0/role',
      'AGENTA_ACCESS_ROLES /team',
      'COUNTERSIGN_ACCESS_DEFAULT_PLAN_OVERLAY /throttles/slow',
      'COUNTERSIGN_ACCESS_PLANS /Pro',
      'COUNTERSIGN_ACCESS_PLANS /team/flags/fly',
      expect.stringMatching(/^COUNTERSIGN_ACCESS_ROLES_OVERLAY/),
    ]);
  });

  it('are judged plan by plan, the patched one where it was patched', () => {
    const judge = () => [{ pointer: '/counters/x', problem: 'is wrong', remedy: 'mend it' }];
    const environment = { COUNTERSIGN_ACCESS_PLANS: PLANS, AGENTA_DEFAULT_PLAN: 'team' };
    expect(errorsOf(environment, judge)).toEqual(
      ['/team/counters/x', '/pro/counters/x'].map((place) => `COUNTERSIGN_ACCESS_PLANS ${place}`),
    );
    const patched = { ...environment, COUNTERSIGN_ACCESS_DEFAULT_PLAN_OVERLAY: '{"flags":{}}' };
    expect(errorsOf(patched, judge)).toEqual([
      'COUNTERSIGN_ACCESS_DEFAULT_PLAN_OVERLAY /counters/x',
      'COUNTERSIGN_ACCESS_PLANS /pro/counters/x',
    ]);
  });

  it('may name a file', () => {
    const directory = mkdtempSync(join(tmpdir(), 'access-settings-'));
    try {
      writeFileSync(join(directory, 'plans.json'), PLANS);
      const settings = settingsOf({ COUNTERSIGN_ACCESS_PLANS: `@${join(directory, 'plans.json')}` });
      expect([...settings.plans.keys()]).toEqual(['team', 'pro']);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it('are logged with source and hash, which two processes can compare', () => {
    const logs = collectLogs();
    const settings = settingsOf({ COUNTERSIGN_ACCESS_PLANS: PLANS, AGENTA_ACCESS_PLANS: PLANS });
    logAccessSettings(settings, createLogger({ level: 'info', service: 'gateway', destination: logs }));
    const [warning, line] = logs.records();
    expect(warning).toMatchObject({
      msg: expect.stringMatching(/^\[access-controls\] AGENTA_ACCESS_PLANS is not used/),
    });
    expect(line).toMatchObject({
      msg: `[access-controls] source env, hash ${settings.hash}`,
      source: 'env',
      hash: settings.hash,
    });
  });
});
