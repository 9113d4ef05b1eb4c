import { describe, expect, it } from 'vitest';
import { readDefaultPolicy } from './default.ts';
import { evaluate } from './evaluating/evaluate.ts';
import { compilePolicySet } from './evaluating/policy-set.ts';
import type { Facts } from './expressions/facts.ts';
import { ACTIONS, APPROVAL_LEVELS, SENSITIVITIES } from './expressions/schema.ts';
import { finish } from './policy-tests/finish.ts';
import { checkPublishable } from './policy-tests/publishable.ts';
import { CALM_CALL } from './spec/calls.ts';

const { policy: text, tests } = await readDefaultPolicy();
const published = finish(checkPublishable(text, tests));
if (!published.ok) throw new Error(JSON.stringify(published.errors));
const set = compilePolicySet([{ policy: published.policy, mode: 'enforce', scope: {}, floor: false }]);

/** Every combination of the facts that the default policy looks at, at both sides of each threshold. */
function* everyCall(): Generator<Facts> {
  const flags = [false, true];
  for (const action of ACTIONS)
    for (const sensitivity of SENSITIVITIES)
      for (const [destructive, requires_approval] of [
        [false, false],
        [true, false],
        [false, true],
      ] as const)
        for (const environment of ['development', 'production'])
          for (const cost_micros of [100_000_000, 100_000_001])
            for (const approval_level of APPROVAL_LEVELS)
              for (const [trust_score, frequency] of [
                [900, 600],
                [901, 600],
                [901, 601],
              ] as const)
                for (const first_use of flags)
                  for (const common_tool of flags)
                    for (const repeated_pattern of flags)
                      yield {
                        ...CALM_CALL,
                        tool: {
                          name: 'x',
                          action,
                          sensitivity,
                          destructive,
                          requires_approval,
                          environment,
                          cost_micros,
                        },
                        user: { ...CALM_CALL.user, approval_level, trust_score },
                        ctx: { first_use, common_tool, repeated_pattern, frequency, daily_calls: 1 },
                      };
}

/** The contract's sentence about the default policy, in JavaScript. */
function expected({ tool, user, ctx }: Facts): string {
  if (ctx.frequency > 600 && tool.sensitivity !== 'low') return 'deny';
  const changes = ['create', 'modify', 'delete'].includes(tool.action);
  const unusual =
    (ctx.first_use || !ctx.common_tool) && (tool.sensitivity === 'high' || tool.sensitivity === 'critical');
  const asks =
    tool.destructive ||
    tool.requires_approval ||
    tool.cost_micros > 100_000_000 ||
    (tool.environment === 'production' && tool.action !== 'read') ||
    (changes && user.approval_level === 'always') ||
    (changes && user.approval_level === 'production_only' && tool.environment === 'production') ||
    (unusual && !(ctx.repeated_pattern && user.trust_score > 900));
  return asks ? 'require_approval' : 'allow';
}

describe('the default policy', () => {
  it('decides every call as the contract says', () => {
    const counts = { allow: 0, deny: 0, require_approval: 0 };
    for (const facts of everyCall()) {
      const { verdict, errors, obligations } = evaluate(set, facts);
      if (verdict !== expected(facts) || errors.length > 0) expect({ facts, verdict }).toBe(expected(facts));
      if (verdict === 'require_approval') {
        expect(obligations).toMatchObject({
          approvers: ['role:operator', 'role:owner'],
          quorum: 1,
          ttl_ms: 60_000,
        });
      }
      counts[verdict] += 1;
    }
    expect(counts).toEqual({ allow: 972, deny: 5184, require_approval: 14580 });
  });

  it('O-HIT-8: goes by nothing that an agent says of how sure it is', () => {
    let calls = 0;
    for (const facts of everyCall()) {
      // Every verdict is among these.
      calls += 1;
      if (calls % 61 !== 0) continue;
      for (const confidence of [0, 0.49, 0.85, 1])
        expect(evaluate(set, { ...facts, call: { ...facts.call, confidence } }).verdict).toBe(
          expected(facts),
        );
    }
  });

  it('keeps its digest, which recorded decisions name', () => {
    expect(published.digest).toBe('sha256:c9287a8d929c51ca89605b55507e2e0bf386e9de645ff97b54c99ce865819574');
  });

  it('says why', () => {
    const { reasons } = evaluate(set, {
      ...CALM_CALL,
      tool: { ...CALM_CALL.tool, destructive: true, cost_micros: 200_000_000 },
    });
    expect(reasons.map(({ rule, message }) => `${rule}: ${message}`)).toEqual([
      'destructive: tool read_file is destructive',
      'costly: the call costs 200000000 micros',
    ]);
  });
});
