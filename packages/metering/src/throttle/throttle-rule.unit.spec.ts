import { describe, expect, it } from 'vitest';
import { planOf } from '../proof/scenario.ts';
import { covers, throttleRules } from './throttle-rule.ts';

const bucket = { capacity: 2, rate: 60 };

function rules(...throttles: readonly object[]) {
  return throttleRules(
    planOf({ throttles: throttles.map((fields) => ({ mode: 'include', bucket, ...fields })) }),
  );
}

const covered = (fields: object, traffic: Parameters<typeof covers>[1]) =>
  rules(fields).map((rule) => covers(rule, traffic))[0];

describe('the throttles of a plan', () => {
  it('A-THR-14: are named by what they target, and never share a name', () => {
    const targets = [
      { categories: ['tool_calls'] },
      { categories: ['tool_calls'], bucket: { capacity: 9, rate: 9 } },
      { categories: ['core_fast', 'core_slow'], endpoints: [['post', '/x']] },
      { mode: 'exclude', categories: ['standard'] },
      {},
    ];
    expect(rules(...targets).map(({ throttle }) => throttle)).toEqual([
      'tool_calls',
      'tool_calls#2',
      'core_fast+core_slow+post /x',
      'not standard',
      'all',
    ]);
  });

  it('A-THR-5: without capacity or rate have no limits', () => {
    const open = rules({ bucket: null }, { bucket: { rate: 5 } }, { bucket: { capacity: 5 } });
    expect(open.map(({ limits }) => limits)).toEqual([null, null, null]);
  });
});

describe('a throttle covers', () => {
  it('A-THR-10: requests of its categories; a request of none is standard', () => {
    expect(covered({ categories: ['tool_calls'] }, { categories: ['ai_services', 'tool_calls'] })).toBe(true);
    expect(covered({ categories: ['tool_calls'] }, { categories: [] })).toBe(false);
    expect(covered({ categories: ['standard'] }, { categories: [] })).toBe(true);
    expect(covered({ categories: ['standard'] }, { categories: ['core_fast'] })).toBe(false);
  });

  it('A-THR-12: what one of its categories or one of its endpoints names', () => {
    const both = { categories: ['core_fast'], endpoints: [['get', '/v1/meters']] };
    const asked = [
      { categories: ['core_fast'], endpoint: { method: 'GET', path: '/v1/tools/x' } },
      { categories: ['standard'], endpoint: { method: 'GET', path: '/v1/meters' } },
      { categories: ['standard'], endpoint: { method: 'PUT', path: '/v1/meters' } },
    ];
    expect(asked.map((traffic) => covered(both, traffic))).toEqual([true, true, false]);
    expect(asked.map((traffic) => covered({ ...both, mode: 'exclude' }, traffic))).toEqual([
      false,
      false,
      true,
    ]);
  });

  it.each([
    ['get', '/v1/meters', 'GET', '/v1/meters', true],
    ['any', '/v1/meters', 'DELETE', '/v1/meters', true],
    ['post', '/v1/meters', 'GET', '/v1/meters', false],
    ['any', '/v1/meters', 'GET', '/v1/meters/x', false],
    ['any', '/v1/*', 'GET', '/v1/a/b', true],
    ['post', '*/retrieve', 'POST', '/variants/retrieve', true],
  ])('A-THR-11: %s %s: %s %s is %s', (method, pattern, given, path, expected) => {
    const traffic = { categories: ['standard'], endpoint: { method: given, path } };
    expect(covered({ endpoints: [[method, pattern]] }, traffic)).toBe(expected);
  });

  it('A-THR-12: everything else where it excludes', () => {
    expect(covered({ mode: 'exclude', categories: ['tool_calls'] }, { categories: ['tool_calls'] })).toBe(
      false,
    );
    expect(covered({ mode: 'exclude', categories: ['tool_calls'] }, { categories: ['standard'] })).toBe(true);
  });

  it('A-THR-12: everything where it lists nothing, and nothing where it excludes that', () => {
    expect(covered({}, { categories: [] })).toBe(true);
    expect(covered({ mode: 'exclude' }, { categories: [] })).toBe(false);
  });
});
