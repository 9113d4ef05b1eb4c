import { PERIOD_KINDS, parsePlan, SCOPE_KINDS, UNLIMITED } from '@countersign/access';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { planOf } from '../proof/scenario.ts';
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

it('A-MTR-4: is the same rule by the same key, scope and period alone, where null is the same as left out', () => {
  const given = fc.record(
    {
      key: fc.constantFrom('tool_calls', 'tool_cost', 'evaluations_run'),
      scope: fc.constantFrom(...SCOPE_KINDS, null, undefined),
      period: fc.constantFrom(...PERIOD_KINDS, null, undefined),
      limit: fc.constantFrom(5, null),
      strict: fc.boolean(),
    },
    { requiredKeys: ['key'] },
  );
  const ruleOf = ({ key, ...quota }: { key: string }) =>
    quotaRules(planOf({ counters: { [key]: quota } }))[0];
  const meant = ({ key, scope, period }: { key: string; scope?: unknown; period?: unknown }) =>
    JSON.stringify([key, scope ?? 'organization', period ?? null]);
  fc.assert(
    fc.property(given, given, (one, other) => {
      expect(ruleOf(one)?.rule === ruleOf(other)?.rule).toBe(meant(one) === meant(other));
    }),
    { seed: 4, numRuns: 2_000 },
  );
});
