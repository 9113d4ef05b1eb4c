import { describe, expect, it } from 'vitest';
import { call } from '../spec/calls.ts';
import { policy, rule } from '../spec/policies.ts';
import { finish } from './finish.ts';
import type { Expectation } from './policy-test.ts';
import { runPolicyTests } from './run-tests.ts';

const POLICY = policy(
  'base',
  rule('reads', 'allow', 'tool.action == "read"'),
  rule('never', 'deny', 'ctx.frequency > 600'),
  rule('ask', 'require_approval', 'args.amount > 5'),
  rule('watch', 'deny', 'ctx.first_use', { mode: 'shadow' }),
);

function failuresOf(changes: object, expect: Expectation): readonly string[] {
  const facts = call({ args: { amount: 1 }, ...changes });
  const test = { name: 't', position: { line: 3, column: 5 }, facts, expect };
  return finish(runPolicyTests(POLICY, [test])).results[0]?.failures ?? ['did not run'];
}

describe('a policy test', () => {
  it('passes when everything is as expected', () => {
    expect(failuresOf({}, { outcome: 'allow', rules: ['reads'], not_rules: ['never', 'watch'] })).toEqual([]);
    expect(failuresOf({ ctx: { first_use: true } }, { outcome: 'allow', shadow: ['watch'] })).toEqual([]);
    expect(failuresOf({ args: { amount: 'x' } }, { outcome: 'deny', errors: ['ask'] })).toEqual([]);
    expect(
      failuresOf(
        { args: { amount: 6 } },
        { outcome: 'require_approval', approvers: ['role:operator'], quorum: 1 },
      ),
    ).toEqual([]);
  });

  it('says everything that is not', () => {
    expect(
      failuresOf(
        { ctx: { first_use: true } },
        {
          outcome: 'deny',
          rules: ['never'],
          not_rules: ['watch', 'reads'],
          shadow: ['reads'],
          errors: ['ask'],
        },
      ),
    ).toEqual([
      'outcome is allow (policy_allowed by reads), expected deny',
      'rule never did not fire',
      'rule reads did not fire in shadow',
      'rule ask did not fail',
      'rule watch fired',
      'rule reads fired',
    ]);
    expect(failuresOf({}, { outcome: 'allow', approvers: ['role:owner'], quorum: 2 })).toEqual([
      'approvers are not asked for, expected role:owner',
      'quorum is not asked for, expected 2',
    ]);
  });

  it('fails when it names a rule that the policy does not have', () => {
    expect(failuresOf({}, { outcome: 'allow', not_rules: ['nevr'] })).toEqual([
      'the policy has no rule nevr',
    ]);
  });

  it('hits a rule by making it fire, in shadow too', () => {
    const at = { line: 1, column: 1 };
    const calm = {
      name: 'a',
      position: at,
      facts: call({ args: { amount: 1 } }),
      expect: { outcome: 'allow' as const },
    };
    const first = { ...calm, name: 'b', facts: call({ args: { amount: 1 }, ctx: { first_use: true } }) };
    expect(finish(runPolicyTests(POLICY, [calm]))).toMatchObject({
      passed: false,
      unhit: ['never', 'ask', 'watch'],
    });
    expect(finish(runPolicyTests(POLICY, [calm, first])).unhit).toEqual(['never', 'ask']);
    expect(finish(runPolicyTests(policy('p', rule('a', 'allow')), [calm]))).toMatchObject({
      passed: true,
      unhit: [],
    });
  });
});
