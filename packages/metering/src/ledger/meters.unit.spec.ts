import { describe, expect, it } from 'vitest';
import { DAY, scenario } from '../proof/scenario.ts';
import { meters } from './meters.ts';
import { emptyLedger } from './state.ts';

const plan = {
  counters: {
    tool_calls: [
      { limit: 5, strict: true, period: 'monthly' },
      { limit: 3, scope: 'user', period: 'daily' },
    ],
    tool_cost: {},
  },
};

describe('meters', () => {
  it('shows the organization at once, and others from their first use', () => {
    const org = scenario(plan, { zone: 'Europe/Berlin', anchorDay: 15 });
    const month = { start: '2026-04-14T22:00:00.000Z', end: '2026-05-14T22:00:00.000Z' };
    const fresh = { scope: 'organization:acme', used: 0, reserved: 0, overrun: 0 };
    const calls = {
      key: 'tool_calls',
      rule: 'tool_calls.organization.monthly',
      period: month,
      mode: 'strict',
      limit: 5,
    };
    const cost = {
      key: 'tool_cost',
      rule: 'tool_cost.organization.total',
      period: { start: '2026-05-10T12:00:00.000Z', end: null },
      mode: 'observe',
      limit: null,
    };
    expect(meters(org.ledger, 'acme', org.now)).toEqual([
      { ...calls, ...fresh },
      { ...cost, ...fresh },
    ]);
    org.reserve('call', { tool_calls: 2, tool_cost: 7 });
    expect(meters(org.ledger, 'acme', org.now)).toEqual([
      { ...calls, ...fresh, reserved: 2 },
      {
        key: 'tool_calls',
        rule: 'tool_calls.user.daily',
        scope: 'user:ann',
        period: { start: '2026-05-09T22:00:00.000Z', end: '2026-05-10T22:00:00.000Z' },
        mode: 'soft',
        limit: 3,
        used: 0,
        reserved: 2,
        overrun: 0,
      },
      { ...cost, ...fresh, reserved: 7 },
    ]);
  });

  it('shows the periods of the moment it is asked for, without opening them', () => {
    const org = scenario(plan);
    org.reserve('call', { tool_calls: 2 });
    const later = meters(org.ledger, 'acme', org.now + 30 * DAY);
    expect(later.map(({ rule, reserved }) => [rule, reserved])).toEqual([
      ['tool_calls.organization.monthly', 0],
      ['tool_cost.organization.total', 0],
    ]);
    expect(org.row('tool_calls.organization.monthly')).toMatchObject({ reserved: 2 });
  });

  it('shows the limits in force, and nothing of rules that are gone', () => {
    const org = scenario(plan);
    org.reserve('call', { tool_calls: 2 });
    org.configure({ counters: { tool_calls: { limit: 1, strict: true, period: 'monthly' } } });
    expect(meters(org.ledger, 'acme', org.now)).toMatchObject([{ limit: 1, reserved: 2 }]);
    expect(meters(emptyLedger(), 'acme', org.now)).toEqual([]);
  });
});
