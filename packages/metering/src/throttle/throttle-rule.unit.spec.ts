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
  it('are named by what they target, and never share a name', () => {
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

  it('without capacity or rate have no limits', () => {
    expect(rules({ bucket: null }, { bucket: { rate: 5 } }).map(({ limits }) => limits)).toEqual([
      null,
      null,
    ]);
  });
});

describe('a throttle covers', () => {
  it('requests of its categories; a request of none is standard', () => {
    expect(covered({ categories: ['tool_calls'] }, { categories: ['ai_services', 'tool_calls'] })).toBe(true);
    expect(covered({ categories: ['tool_calls'] }, { categories: [] })).toBe(false);
    expect(covered({ categories: ['standard'] }, { categories: [] })).toBe(true);
    expect(covered({ categories: ['standard'] }, { categories: ['core_fast'] })).toBe(false);
  });

  it.each([
    ['get', '/v1/meters', 'GET', '/v1/meters', true],
    ['any', '/v1/meters', 'DELETE', '/v1/meters', true],
    ['post', '/v1/meters', 'GET', '/v1/meters', false],
    ['any', '/v1/meters', 'GET', '/v1/meters/x', false],
    ['any', '/v1/*', 'GET', '/v1/a/b', true],
    ['any', '*/retrieve', 'POST', '/variants/retrieve', true],
    ['any', '/a/*/b/*/c', 'GET', '/a/1/b/2/c', true],
    ['any', '/a/*/b/*/c', 'GET', '/a/1/c', false],
    ['any', '/a*a', 'GET', '/a', false],
    ['any', '*', 'GET', '', true],
  ])('%s %s: %s %s is %s', (method, pattern, given, path, expected) => {
    const traffic = { categories: ['standard'], endpoint: { method: given, path } };
    expect(covered({ endpoints: [[method, pattern]] }, traffic)).toBe(expected);
  });

  it('everything else where it excludes', () => {
    expect(covered({ mode: 'exclude', categories: ['tool_calls'] }, { categories: ['tool_calls'] })).toBe(
      false,
    );
    expect(covered({ mode: 'exclude', categories: ['tool_calls'] }, { categories: ['standard'] })).toBe(true);
  });

  it('everything where it lists nothing, and nothing where it excludes that', () => {
    expect(covered({}, { categories: [] })).toBe(true);
    expect(covered({ mode: 'exclude' }, { categories: [] })).toBe(false);
  });

  it('in linear time, whatever the pattern', () => {
    const traffic = { categories: [], endpoint: { method: 'get', path: 'a'.repeat(20_000) } };
    expect(covered({ endpoints: [['any', `${'*a'.repeat(240)}*b`]] }, traffic)).toBe(false);
  });
});
