import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePlan, parsePlanCatalog } from './parse-plan.ts';
import { UNLIMITED, UNLIMITED_SLUG } from './unlimited.ts';

/** Where the problems are, in order. */
function pointers(entry: unknown): readonly string[] {
  const parsed = parsePlan(entry);
  return parsed.ok ? [] : parsed.problems.map(({ pointer }) => pointer);
}

const quota = (fields: object) => ({ counters: { tool_calls: fields } });
const throttle = (fields: object) => ({ throttles: [{ mode: 'include', bucket: null, ...fields }] });

describe('parsePlan', () => {
  it('reads the entry of the public contract', () => {
    const parsed = parsePlan({
      description: 'Small',
      counters: {
        tool_calls: { limit: 1000, scope: 'organization', period: 'monthly', strict: true },
        tool_cost: [{ limit: 5, period: 'daily' }, { scope: 'user' }],
      },
      throttles: [
        {
          categories: ['tool_calls'],
          mode: 'include',
          bucket: { capacity: 10, rate: 60, algorithm: 'gcra' },
        },
      ],
    });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    const unset = { free: null, limit: null, strict: false, retention: null, period: null };
    expect(parsed.value.counters).toEqual({
      tool_calls: [{ ...unset, limit: 1000, scope: 'organization', period: 'monthly', strict: true }],
      tool_cost: [
        { ...unset, limit: 5, scope: 'organization', period: 'daily' },
        { ...unset, scope: 'user' },
      ],
    });
    expect(parsed.value.throttles).toEqual([
      {
        mode: 'include',
        categories: ['tool_calls'],
        endpoints: null,
        bucket: { capacity: 10, rate: 60, algorithm: 'gcra' },
      },
    ]);
  });

  it("reads the seed's own example", () => {
    const entry = {
      description: 'Self-hosted enterprise',
      flags: { rbac: true, access: true, domains: true, sso: true },
      counters: {
        evaluations_run: { strict: true, period: 'monthly' },
        traces_ingested: { period: 'monthly' },
        traces_retrieved: { strict: true, scope: 'user', period: 'daily' },
        credits_consumed: { strict: true, period: 'monthly' },
        events_ingested: { period: 'monthly', retention: 44640, free: null },
      },
      gauges: { users: { strict: true } },
    };
    const parsed = parsePlan(entry);
    expect(parsed.ok && parsed.value.counters.events_ingested).toEqual([
      { free: null, limit: null, strict: false, retention: 44640, scope: 'organization', period: 'monthly' },
    ]);
  });

  it('reports every problem at once, with pointer and remedy', () => {
    const parsed = parsePlan({
      flags: { rbac: 'true' },
      counters: { tool_calls: { limit: -1, monthly: true }, token_count: {} },
      throttle: [],
    });
    expect(parsed).toEqual({
      ok: false,
      problems: [
        {
          pointer: '/throttle',
          problem: 'is not known',
          remedy: 'use one of: description, flags, counters, gauges, throttles',
        },
        { pointer: '/flags/rbac', problem: 'is the string "true"', remedy: 'write true or false' },
        {
          pointer: '/counters/token_count',
          problem: 'is not known',
          remedy: expect.stringContaining('tool_calls'),
        },
        {
          pointer: '/counters/tool_calls/monthly',
          problem: 'is not known',
          remedy: expect.stringContaining('period'),
        },
        {
          pointer: '/counters/tool_calls/limit',
          problem: 'is -1',
          remedy: 'write an integer from 0 to 9007199254740991, or null',
        },
      ],
    });
  });

  it.each<[string, object, string]>([
    ['a limit below 0 (A-ADJ-15)', quota({ limit: -1 }), '/counters/tool_calls/limit'],
    ['a fractional limit', quota({ limit: 1.5 }), '/counters/tool_calls/limit'],
    ['a limit as text', quota({ limit: '100' }), '/counters/tool_calls/limit'],
    ['a limit beyond exact integers', quota({ limit: 2 ** 53 }), '/counters/tool_calls/limit'],
    ['free above the limit', quota({ free: 3, limit: 2 }), '/counters/tool_calls/free'],
    ['strict as text', quota({ strict: 'yes' }), '/counters/tool_calls/strict'],
    ['another retention', quota({ retention: 100 }), '/counters/tool_calls/retention'],
    ['another period', quota({ period: 'weekly' }), '/counters/tool_calls/period'],
    ['another scope', quota({ scope: 'team' }), '/counters/tool_calls/scope'],
    ['a quota that is null', { counters: { tool_calls: null } }, '/counters/tool_calls'],
    ['an empty list of quotas', { counters: { tool_calls: [] } }, '/counters/tool_calls'],
    [
      'two quotas of one scope and period',
      { counters: { tool_calls: [{ limit: 1 }, { limit: 2 }] } },
      '/counters/tool_calls/1',
    ],
    ['a gauge with a period', { gauges: { users: { period: 'daily' } } }, '/gauges/users/period'],
    ['a throttle without mode', { throttles: [{ bucket: null }] }, '/throttles/0/mode'],
    ['a throttle without bucket', { throttles: [{ mode: 'include' }] }, '/throttles/0/bucket'],
    ['another mode', throttle({ mode: 'only' }), '/throttles/0/mode'],
    ['another category', throttle({ categories: ['fast'] }), '/throttles/0/categories/0'],
    [
      'an endpoint with a method in capitals',
      throttle({ endpoints: [['ANY', '/x']] }),
      '/throttles/0/endpoints/0/0',
    ],
    ['an endpoint without path', throttle({ endpoints: [['get']] }), '/throttles/0/endpoints/0/1'],
    ['A-THR-5: no capacity', throttle({ bucket: { capacity: 0, rate: 60 } }), '/throttles/0/bucket/capacity'],
    ['A-THR-5: no rate', throttle({ bucket: { capacity: 1, rate: 0 } }), '/throttles/0/bucket/rate'],
    ['A-THR-5: a negative rate', throttle({ bucket: { capacity: 1, rate: -1 } }), '/throttles/0/bucket/rate'],
    [
      'another algorithm',
      throttle({ bucket: { capacity: 1, rate: 1, algorithm: 'leaky' } }),
      '/throttles/0/bucket/algorithm',
    ],
    [
      'a bucket of one call at a rate that a millisecond clock cannot keep',
      throttle({ bucket: { capacity: 1, rate: 61 } }),
      '/throttles/0/bucket/capacity',
    ],
    ['throttles as a map', { throttles: {} }, '/throttles'],
    ['a description that is no text', { description: 1 }, '/description'],
    [
      'a name out of the prototype',
      JSON.parse('{"counters":{"__proto__":{},"constructor":{}}}'),
      '/counters/__proto__',
    ],
    ['nothing', {}, ''],
    ['an entry of empty groups', { counters: {}, throttles: [] }, ''],
    ['a list', [], ''],
    ['null', JSON.parse('null'), ''],
  ])('refuses %s', (_case, entry, pointer) => {
    expect(pointers(entry)[0]).toBe(pointer);
  });

  it.each<[string, object]>([
    ['a description alone', { description: 'display only' }],
    ['limits of zero', quota({ limit: 0, free: 0 })],
    [
      'nulls where the grammar has them',
      quota({ free: null, limit: null, strict: null, retention: null, scope: null, period: null }),
    ],
    ['a bucket that does not throttle', throttle({ bucket: null })],
    ['a bucket that is half given', throttle({ bucket: { rate: 60 } })],
    ['both names of the algorithm', throttle({ bucket: { capacity: 2, rate: 90, algorithm: 'tbra' } })],
    ['a throttle of everything', throttle({ categories: null, endpoints: null })],
    ['endpoints', throttle({ endpoints: [['post', '/v1/*']] })],
  ])('takes %s', (_case, entry) => {
    expect(pointers(entry)).toEqual([]);
  });

  it('gives a normal form that parses to itself, the built-in plan included', () => {
    const example = parsePlan({
      description: 'x',
      ...quota({ limit: 3 }),
      ...throttle({ categories: ['standard'] }),
    });
    for (const plan of [UNLIMITED, example.ok ? example.value : null]) {
      expect(parsePlan(JSON.parse(JSON.stringify(plan)))).toEqual({ ok: true, value: plan });
    }
  });

  it('never throws, whatever it is given', () => {
    const keys = fc.constantFrom(
      'counters',
      'gauges',
      'throttles',
      'flags',
      'tool_calls',
      'users',
      'bucket',
      'limit',
      '__proto__',
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 5 },
        fc.jsonValue(),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(keys, tie('tree')),
      ),
    }));
    fc.assert(
      fc.property(tree, (json) => {
        const parsed = parsePlan(json);
        expect(parsed.ok || parsed.problems.length > 0).toBe(true);
      }),
      { seed: 31, numRuns: 2_000 },
    );
  });
});

describe('parsePlanCatalog', () => {
  it('reads plans by slug', () => {
    const parsed = parsePlanCatalog({
      [UNLIMITED_SLUG]: UNLIMITED,
      self_hosted_enterprise: { description: 'x' },
    });
    expect(parsed.ok && [...parsed.value.keys()]).toEqual(['unlimited', 'self_hosted_enterprise']);
  });

  it('reports problems of all plans, with the plan in the pointer', () => {
    const parsed = parsePlanCatalog({ '': { description: 'x' }, 'a/b': {}, small: quota({ limit: -1 }) });
    expect(!parsed.ok && parsed.problems.map(({ pointer }) => pointer)).toEqual([
      '/',
      '/a~1b',
      '/a~1b',
      '/small/counters/tool_calls/limit',
    ]);
  });

  it.each([[{}], [[]], ['text'], [null]])('refuses %j', (json) => {
    expect(parsePlanCatalog(json)).toMatchObject({ ok: false, problems: [{ pointer: '' }] });
  });
});
