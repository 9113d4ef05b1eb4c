import { parsePlan, UNLIMITED } from '@countersign/access';
import { expect, it } from 'vitest';
import { quotaRules } from './quota-rule.ts';

it('has one rule for each key, scope and period, named without its limit', () => {
  const parsed = parsePlan({
    counters: {
      tool_calls: { limit: 1000, scope: 'organization', period: 'monthly', strict: true },
      tool_cost: [{ limit: 5, period: 'daily' }, { scope: 'user' }],
    },
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  expect(quotaRules(parsed.value)).toEqual([
    expect.objectContaining({ rule: 'tool_calls.organization.monthly', mode: 'strict', limit: 1000 }),
    expect.objectContaining({ rule: 'tool_cost.organization.daily', mode: 'soft', limit: 5 }),
    expect.objectContaining({ rule: 'tool_cost.user.total', mode: 'observe', limit: null }),
  ]);
});

it('only observes what has no limit, strict or not', () => {
  expect(quotaRules(UNLIMITED).every(({ mode }) => mode === 'observe')).toBe(true);
});
