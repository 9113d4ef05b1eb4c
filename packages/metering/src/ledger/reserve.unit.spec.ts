import { describe, expect, it } from 'vitest';
import { HOUR, outcome, scenario } from '../proof/scenario.ts';
import { throttleRooms } from './assess.ts';

const strict = (limit: number, more: object = {}) => ({ limit, strict: true, period: 'monthly', ...more });
const MONTHLY = 'tool_calls.organization.monthly';
const COST = 'tool_cost.organization.monthly';

describe('strict, soft and observe', () => {
  it('strict admits up to the limit exactly, open reservations included', () => {
    const org = scenario({ counters: { tool_calls: strict(3) } });
    const answers = ['a', 'b', 'c', 'd'].map((id) => outcome(org.reserve(id, { tool_calls: 1 })).at(-1));
    expect(answers).toEqual(['reserved', 'reserved', 'reserved', 'denied']);
  });

  it('soft admits one crossing and says so', () => {
    const org = scenario({ counters: { tool_cost: { limit: 100, period: 'monthly' } } });
    org.reserve('below', { tool_cost: 99 });
    org.reserve('across', { tool_cost: 500 });
    expect(org.log.at(-1)).toMatchObject({ type: 'quota-reserved.v1', data: { crossed: [COST] } });
    expect(outcome(org.reserve('above', { tool_cost: 1 }))).toEqual(['denied']);
  });

  it('observe counts and never refuses', () => {
    const org = scenario({ counters: { tool_cost: { period: 'monthly', strict: true } } });
    expect(outcome(org.reserve('any', { tool_cost: 1e12 }))).toEqual(['period-opened', 'reserved']);
    expect(org.row(COST)).toMatchObject({ mode: 'observe', limit: null, reserved: 1e12 });
  });

  it('nothing at all is admitted over the limit too, and holds a line that an outcome can charge', () => {
    const org = scenario({ counters: { tool_cost: strict(0) } });
    expect(outcome(org.reserve('free as declared', { tool_cost: 0 }))).toContain('reserved');
    org.commit('free as declared', { tool_cost: 7 });
    expect(org.row(COST)).toMatchObject({ used: 0, overrun: 7 });
  });

  it('a sum never leaves the exact integers', () => {
    const org = scenario({ counters: { tool_cost: { period: 'monthly' } } });
    const most = Number.MAX_SAFE_INTEGER;
    org.reserve('all there is', { tool_cost: most });
    expect(outcome(org.reserve('one more', { tool_cost: 1 }))).toEqual(['denied']);
    org.commit('all there is');
    org.run({
      type: 'record',
      id: 'fact',
      at: org.now,
      askedAt: org.now,
      amounts: [{ key: 'tool_cost', amount: most }],
      scopes: { organization: 'acme' },
    });
    expect(org.row(COST)).toMatchObject({ used: most, overrun: most });
  });
});

describe('a reservation', () => {
  it('A-THR-8: is all or nothing over its lines, and over its throttles', () => {
    const org = scenario({
      counters: { tool_calls: strict(10), tool_cost: strict(100) },
      throttles: [{ categories: ['tool_calls'], mode: 'include', bucket: { capacity: 1, rate: 1 } }],
    });
    expect(outcome(org.reserve('too dear', { tool_calls: 1, tool_cost: 101 }))).toEqual([
      'period-opened',
      'denied',
    ]);
    expect(outcome(org.reserve('fits', { tool_calls: 1, tool_cost: 100 }))).toEqual(['reserved']);
    expect(outcome(org.reserve('throttled', { tool_calls: 1 }))).toEqual(['denied']);
    expect(org.row(MONTHLY)).toMatchObject({ reserved: 1 });
    // One throttle with room is not charged for what another refuses.
    const narrow = { categories: ['tool_calls'], mode: 'include', bucket: { capacity: 1, rate: 1 } };
    const twice = scenario({ throttles: [{ ...narrow, bucket: { capacity: 2, rate: 1 } }, narrow] });
    const traffic = { categories: ['tool_calls'] };
    for (const id of ['first', 'refused', 'refused too']) twice.reserve(id, { tool_calls: 1 });
    expect(throttleRooms(twice.ledger, traffic, twice.now).map(({ remaining }) => remaining)).toEqual([1, 0]);
  });

  it('A-THR-8: that is refused names every failure, and first the one that is longest in the way', () => {
    const org = scenario({
      counters: { tool_calls: [strict(1), strict(1, { scope: 'user', period: 'daily' })] },
      throttles: [{ categories: ['tool_calls'], mode: 'include', bucket: { capacity: 1, rate: 1 } }],
    });
    org.reserve('first', { tool_calls: 1 });
    org.now += 1_000;
    org.reserve('second', { tool_calls: 1 });
    const monthLeft = Date.UTC(2026, 5, 1) - org.now;
    const dayLeft = 12 * HOUR - 1_000;
    expect(org.log.at(-1)).toMatchObject({
      data: {
        which: { kind: 'meter', rule: MONTHLY, limit: 1, used: 1, retry_after_ms: monthLeft },
        failures: [
          { rule: MONTHLY },
          { rule: 'tool_calls.user.daily', scope: 'user:ann', retry_after_ms: dayLeft },
          { kind: 'throttle', throttle: 'tool_calls', limit: 1, used: 1, retry_after_ms: 59_000 },
        ],
      },
    });
  });

  it('that can never fit names no wait', () => {
    const org = scenario({ counters: { tool_calls: strict(1), tool_cost: strict(5, { period: null }) } });
    org.reserve('too many', { tool_calls: 2 });
    org.reserve('more than there will ever be', { tool_cost: 6 });
    expect(org.log.slice(-2)).toMatchObject([
      { data: { which: { retry_after_ms: null } } },
      { data: { which: { key: 'tool_cost', retry_after_ms: null } } },
    ]);
  });

  it('A-MTR-8: counts per user, whatever project the call came through; per user and project where the plan says so', () => {
    const granted = (scope: string) => {
      const org = scenario({ counters: { tool_calls: strict(1, { scope, period: 'daily' }) } });
      const calls = [
        { project: 'web', user: 'ann' },
        { project: 'app', user: 'ann' },
        { project: 'web', user: 'bob' },
        { project: 'web', user: 'ann' },
      ];
      return calls.map((call, id) => {
        const scopes = { organization: 'acme', workspace: 'main', ...call };
        return outcome(org.reserve(`${id}`, { tool_calls: 1 }, { scopes })).at(-1);
      });
    };
    expect(granted('user')).toEqual(['reserved', 'denied', 'reserved', 'denied']);
    expect(granted('project_user')).toEqual(['reserved', 'reserved', 'reserved', 'denied']);
  });

  it.each([
    ['user', { organization: 'acme' }],
    ['project_user', { organization: 'acme', user: 'ann' }],
    ['project_user', { organization: 'acme', project: 'web' }],
  ])('A-MTR-5: that lacks a scope by which the plan counts is rejected: %s', (scope, scopes) => {
    const org = scenario({ counters: { tool_calls: strict(1, { scope }) } });
    expect(org.reserve('call', { tool_calls: 1 }, { scopes })).toMatchObject({
      rejected: 'invalid_command',
      detail: expect.stringContaining(`scopes.${scope}`),
    });
  });

  it('of keys that the plan does not name is admitted where it names anything else of the request', () => {
    const org = scenario({ counters: { tool_calls: strict(5) } });
    expect(outcome(org.reserve('unpriced', { tool_calls: 1, tool_cost: 99 }))).toContain('reserved');
    const throttled = scenario({
      throttles: [{ categories: ['tool_calls'], mode: 'include', bucket: null }],
    });
    expect(outcome(throttled.reserve('only throttled', { tool_calls: 1 }))).toEqual(['reserved']);
  });

  it('holds a gauge until it ends, whatever it used', () => {
    const org = scenario({
      counters: { tool_calls: strict(9) },
      gauges: { concurrent_calls: strict(1, { period: null }) },
    });
    org.reserve('running', { tool_calls: 1, concurrent_calls: 1 });
    expect(org.row('concurrent_calls.organization.total')).toMatchObject({ used: 1 });
    expect(outcome(org.reserve('too', { tool_calls: 1, concurrent_calls: 1 }))).toEqual(['denied']);
    org.commit('running');
    expect(org.row('concurrent_calls.organization.total')).toMatchObject({ used: 0 });
    expect(org.row(MONTHLY)).toMatchObject({ used: 1 });
  });
});
