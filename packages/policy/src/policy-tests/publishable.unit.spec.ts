import { describe, expect, it } from 'vitest';
import { policyDigest } from '../digest.ts';
import { checkPublishable } from './publishable.ts';

const POLICY = `policy: base
schema: call/1
rules:
  - id: reads
    condition: tool.action == "read"
    effect: allow
  - id: never
    condition: ctx.frequency > 600
    effect: deny
`;
const TESTS = `tests:
  - name: reading is allowed
    given: { tool: { action: read }, ctx: { frequency: 1 } }
    expect: { outcome: allow }
  - name: floods are not
    given: { tool: { action: read }, ctx: { frequency: 601 } }
    expect: { outcome: deny, rules: [never] }
`;

function errorsOf(policy: string, tests: string): readonly string[] {
  const result = checkPublishable(policy, tests);
  return result.ok
    ? []
    : result.errors.map(({ file, line, column, code }) => `${file} ${line}:${column} ${code}`);
}

describe('a policy may be published', () => {
  it('when it compiles, its tests pass and hit every rule', () => {
    const result = checkPublishable(POLICY, TESTS);
    expect(result).toMatchObject({
      ok: true,
      policy: { policy: 'base' },
      report: { passed: true, unhit: [] },
    });
    if (result.ok) expect(result.digest).toBe(policyDigest(result.policy));
  });
  it('not with errors in either file, all of which are told', () => {
    const policy = POLICY.replace('== "read"', '== "raed"').replace('effect: deny', 'effect: stop');
    expect(errorsOf(policy, TESTS.replace('action: read', 'acton: read'))).toEqual([
      'policy 5:31 enum_constant',
      'policy 9:13 bad_value',
      'tests 3:22 unknown_key',
    ]);
  });
  it('not with a failing test, which is told with its name', () => {
    const result = checkPublishable(POLICY, TESTS.replace('outcome: deny', 'outcome: allow'));
    expect(result.ok ? [] : result.errors).toEqual([
      {
        file: 'tests',
        line: 5,
        column: 5,
        code: 'test_failed',
        path: '/tests/1',
        message: 'test "floods are not": outcome is deny (policy_denied by never), expected allow',
        remedy: 'correct the rule or the test',
      },
    ]);
  });
  it('not with a rule that no test makes fire', () => {
    expect(errorsOf(POLICY, TESTS.split('  - name: floods')[0]!)).toEqual(['policy 7:9 rule_not_tested']);
  });
});
