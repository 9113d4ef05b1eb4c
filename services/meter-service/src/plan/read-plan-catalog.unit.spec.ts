import { describe, expect, it } from 'vitest';
import { readPlanCatalog } from './read-plan-catalog.ts';

/** Pointers of the errors of a text that can not be read. */
function errorsIn(text: string): string[] {
  const read = readPlanCatalog(text);
  return read.ok ? [] : read.errors.map(({ pointer }) => pointer);
}

describe('the configured plans', () => {
  it('are read as they are written, by slug', () => {
    const team = { description: 'small', counters: { tool_calls: { limit: 3, period: 'monthly' } } };
    const read = readPlanCatalog(JSON.stringify({ team, open: { counters: {}, description: 'open' } }));
    expect(read.ok && [...read.plans.keys()]).toEqual(['team', 'open']);
    expect(read.ok && read.plans.get('team')).toEqual(team);
  });

  it('are refused with everything that is wrong, in all of them', () => {
    const plans = {
      team: { counters: { tool_calls: { limit: -1, strict: 'yes' }, tool_cals: { limit: 1 } } },
      'Not A Slug': { description: 'x' },
      empty: {},
      burst: {
        throttles: [{ mode: 'include', categories: ['tool_calls'], bucket: { capacity: 1, rate: 90 } }],
      },
    };
    expect(errorsIn(JSON.stringify(plans)).sort()).toEqual([
      '/Not A Slug',
      '/burst/throttles/0/bucket/capacity',
      '/empty',
      '/team/counters/tool_calls/limit',
      '/team/counters/tool_calls/strict',
      '/team/counters/tool_cals',
    ]);
  });

  it('are refused where a limit would limit nothing', () => {
    const plans = {
      fine: { counters: { tool_calls: { limit: 1 } } },
      team: {
        counters: { audit_reads: { limit: 1, scope: 'project' } },
        gauges: { users: [{ limit: 5 }, { limit: 1, scope: 'workspace' }] },
      },
    };
    expect(errorsIn(JSON.stringify(plans))).toEqual([
      '/team/counters/audit_reads/scope',
      '/team/gauges/users/1/scope',
    ]);
  });

  it('say what to write instead', () => {
    const read = readPlanCatalog('{"team":{"counters":{"tool_calls":{"limit":1.5}}}}');
    expect(read.ok ? [] : read.errors).toEqual([
      {
        pointer: '/team/counters/tool_calls/limit',
        detail: 'is 1.5; write an integer from 0 to 9007199254740991, or null',
      },
    ]);
  });

  it.each([
    ['no JSON', '{"team":'],
    ['nothing', ''],
    ['a plan twice', '{"team":{"description":"a"},"team":{"description":"b"}}'],
    ['a number that is not exact', '{"team":{"counters":{"tool_calls":{"limit":9007199254740993}}}}'],
    ['another type', '[]'],
    ['no plan', '{}'],
  ])('are refused where there is %s', (_name, text) => {
    expect(errorsIn(text).length).toBeGreaterThan(0);
  });
});
