import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_TTL_MS } from '../limits.ts';
import type { Effect, Rule } from '../policy.ts';
import { call } from '../spec/calls.ts';
import { active, ORGANIZATION, PROJECT, policy, WORKSPACE } from '../spec/policies.ts';
import { canReach, mergeApprovals } from './approvals.ts';
import { evaluate } from './evaluate.ts';
import type { Evaluation } from './evaluation.ts';
import { compilePolicySet, type PolicyActivation } from './policy-set.ts';
import { scopeLevel } from './scope.ts';

const STRICTNESS: Readonly<Record<Effect, number>> = { allow: 0, require_approval: 1, deny: 2 };
const SCOPES = [{}, ORGANIZATION, WORKSPACE, PROJECT];

const approvers = fc.uniqueArray(
  fc.constantFrom('role:operator', 'role:owner', 'user:ada', 'user:bob', 'group:g'),
  {
    minLength: 1,
  },
);
const demand = fc.record({
  approvers: approvers.map((names) => names.sort()),
  quorum: fc.integer({ min: 1, max: 3 }),
});

/** Conditions that hold, do not hold, depend on the call, or fail. */
const condition = fc.constantFrom(
  'true',
  'false',
  'ctx.first_use',
  'args.missing == 1',
  '1 / ctx.frequency == 1',
);
const effect = fc.constantFrom<Effect>('allow', 'deny', 'require_approval');

function ruleWith(
  wanted: fc.Arbitrary<Effect>,
  mode: fc.Arbitrary<Rule['mode']>,
): fc.Arbitrary<Omit<Rule, 'id'>> {
  return fc
    .record({ effect: wanted, mode, condition, demand })
    .map(({ demand, ...rule }) =>
      rule.effect === 'require_approval' ? { ...rule, obligations: demand } : rule,
    );
}
const anyRule = ruleWith(effect, fc.constantFrom('enforce', 'shadow'));

function policyWith(rules: fc.Arbitrary<readonly Omit<Rule, 'id'>[]>): fc.Arbitrary<PolicyActivation> {
  return fc
    .record({
      rules,
      mode: fc.constantFrom('enforce' as const, 'enforce' as const, 'shadow' as const),
      scope: fc.constantFrom(...SCOPES),
      floor: fc.boolean(),
    })
    .map(({ rules, ...rest }) =>
      active(policy('p', ...rules.map((rule, at) => ({ ...rule, id: `r${at}` }))), rest),
    );
}
const anyPolicy = policyWith(fc.array(anyRule, { maxLength: 4 }));
const anySet = fc.array(anyPolicy, { maxLength: 4 }).map(named);
const anyCall = fc
  .record({ first_use: fc.boolean(), frequency: fc.constantFrom(0, 1, 2) })
  .map((ctx) => call({ ctx }));

/** Gives each policy an id of its own. */
function named(activations: readonly PolicyActivation[]): readonly PolicyActivation[] {
  return activations.map((one, at) => ({ ...one, policy: { ...one.policy, policy: `p${at}` } }));
}

function judge(activations: readonly PolicyActivation[], facts: ReturnType<typeof call>): Evaluation {
  return evaluate(compilePolicySet(activations), facts);
}

/** The set with one more rule at the end of one of its policies. */
function withRule(
  set: readonly PolicyActivation[],
  at: number,
  rule: Omit<Rule, 'id'>,
): readonly PolicyActivation[] {
  return set.map((one, index) =>
    index === at % set.length
      ? { ...one, policy: { ...one.policy, rules: [...one.policy.rules, { ...rule, id: 'added' }] } }
      : one,
  );
}

const nonEmptySet = anySet.filter((set) => set.length > 0);
const RUNS = { numRuns: 1_000 };

describe('combining, whatever the policies', () => {
  it('never turns deny into allow by another deny rule', () => {
    const denying = ruleWith(fc.constant('deny'), fc.constant('enforce'));
    fc.assert(
      fc.property(nonEmptySet, anyCall, denying, fc.nat(), (set, facts, rule, at) => {
        const [before, after] = [judge(set, facts), judge(withRule(set, at, rule), facts)];
        expect(STRICTNESS[after.verdict]).toBeGreaterThanOrEqual(STRICTNESS[before.verdict]);
      }),
      RUNS,
    );
  });

  it('never overrides a fired deny or a failed rule by another allow rule', () => {
    const allowing = ruleWith(fc.constant('allow'), fc.constant('enforce'));
    fc.assert(
      fc.property(nonEmptySet, anyCall, allowing, fc.nat(), (set, facts, rule, at) => {
        const before = judge(set, facts);
        const after = judge(withRule(set, at, rule), facts);
        const refused = before.reasons.some(
          ({ code }) => code === 'policy_denied' || code === 'policy_error',
        );
        if (refused) expect(after.verdict).toBe('deny');
        if (before.verdict === 'require_approval') expect(after.verdict).toBe('require_approval');
      }),
      RUNS,
    );
  });

  it('never changes the verdict by shadow rules or shadow policies', () => {
    const shadowRule = ruleWith(effect, fc.constant('shadow'));
    fc.assert(
      fc.property(nonEmptySet, anyCall, shadowRule, fc.nat(), anyPolicy, (set, facts, rule, at, extra) => {
        const { verdict, reasons, obligations, rules } = judge(set, facts);
        const more = named([...withRule(set, at, rule), { ...extra, mode: 'shadow' }]);
        expect(judge(more, facts)).toMatchObject({ verdict, reasons, obligations, rules });
      }),
      RUNS,
    );
  });

  it('never allows when a rule that is no allow rule fails', () => {
    fc.assert(
      fc.property(anySet, anyCall, (set, facts) => {
        const answer = judge(set, facts);
        const effects = new Map(
          set.flatMap(({ policy }) =>
            policy.rules.map((rule) => [`${policy.policy} ${rule.id}`, rule.effect] as const),
          ),
        );
        const failed = answer.rules.filter(({ error }) => error !== null);
        if (failed.some(({ policy, rule }) => effects.get(`${policy} ${rule}`) !== 'allow')) {
          expect(answer.verdict).toBe('deny');
        }
      }),
      RUNS,
    );
  });

  it('O-DEL-7: never lets narrower scopes be milder than a floor and everything above it', () => {
    fc.assert(
      fc.property(anySet, anyCall, fc.integer({ min: 0, max: 2 }), (set, facts, level) => {
        const parents = set.filter((one) => scopeLevel(one.scope) <= level);
        const isFloor = parents.some(
          (one) => one.floor && one.mode === 'enforce' && scopeLevel(one.scope) === level,
        );
        if (!isFloor) return;
        const [alone, together] = [judge(parents, facts), judge(set, facts)];
        expect(STRICTNESS[together.verdict]).toBeGreaterThanOrEqual(STRICTNESS[alone.verdict]);
      }),
      RUNS,
    );
  });

  it('allows only what some rule allows, and gives a reason for everything', () => {
    fc.assert(
      fc.property(anySet, anyCall, (set, facts) => {
        const answer = judge(set, facts);
        expect(answer.reasons.length).toBeGreaterThan(0);
        if (answer.verdict === 'allow')
          expect(answer.reasons.every(({ code }) => code === 'policy_allowed')).toBe(true);
        if (answer.verdict === 'deny') expect(answer.obligations).toEqual({});
        expect(answer.risk_score).toBeGreaterThanOrEqual(0);
        expect(answer.risk_score).toBeLessThanOrEqual(1_000);
      }),
      RUNS,
    );
  });

  it('depends neither on the order of the policies nor on earlier calls', () => {
    fc.assert(
      fc.property(anySet, anyCall, anyCall, (set, facts, other) => {
        const compiled = compilePolicySet(set);
        const first = JSON.stringify(evaluate(compiled, facts));
        evaluate(compiled, other);
        expect(JSON.stringify(evaluate(compiled, facts))).toBe(first);
        expect(JSON.stringify(judge(set.toReversed(), facts))).toBe(first);
      }),
      RUNS,
    );
  });
});

describe('merged approvals', () => {
  it('satisfy every rule that asked, or there are none', () => {
    fc.assert(
      fc.property(fc.array(demand, { minLength: 1, maxLength: 5 }), (demands) => {
        const merged = mergeApprovals(demands);
        if (merged === undefined) return;
        for (const one of demands) {
          expect(merged.quorum).toBeGreaterThanOrEqual(one.quorum);
          expect(one.approvers).toEqual(expect.arrayContaining([...merged.approvers]));
        }
        expect(canReach(merged.approvers, merged.quorum)).toBe(true);
        expect(merged.ttl_ms).toBe(DEFAULT_TTL_MS);
      }),
      RUNS,
    );
  });
});
