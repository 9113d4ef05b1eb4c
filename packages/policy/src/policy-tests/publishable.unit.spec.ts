import { describe, expect, it } from 'vitest';
import { policyDigest } from '../digest.ts';
import { finish } from './finish.ts';
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
  const result = finish(checkPublishable(policy, tests));
  return result.ok
    ? []
    : result.errors.map(({ file, line, column, code }) => `${file} ${line}:${column} ${code}`);
}

describe('a policy may be published', () => {
  it('when it compiles, its tests pass and hit every rule', () => {
    const result = finish(checkPublishable(POLICY, TESTS));
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
    const result = finish(checkPublishable(POLICY, TESTS.replace('outcome: deny', 'outcome: allow')));
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
  it('not with tests that together may take too many steps, which says the sum and what to do', () => {
    const rule = (id: number) =>
      `  - id: r${id}\n    condition: args.l.all(x, x * 2 + 1 != 0 && x * 3 + 1 != 0)\n    effect: deny\n`;
    const costly = `policy: base\nschema: call/1\nrules:\n${Array.from({ length: 80 }, (_, at) => rule(at)).join('')}`;
    const tests = (length: number, elements: number) =>
      `fixtures: { f: { args: { l: [${Array(elements).fill(1).join(',')}] } } }\ntests:\n${Array.from(
        { length },
        (_, at) => `  - { name: t${at}, given: f, expect: { outcome: deny } }\n`,
      ).join('')}`;
    const result = finish(checkPublishable(costly, tests(500, 1_000)));
    expect(result.ok ? [] : result.errors).toEqual([
      {
        file: 'tests',
        line: 8,
        column: 5,
        code: 'tests_cost',
        path: '/tests/5',
        message: expect.stringMatching(/^the 500 tests may take \d{9} steps together, 10000000 are allowed/),
        remedy: expect.stringContaining('fewer tests'),
      },
    ]);
    expect(finish(checkPublishable(costly, tests(5, 1_000))).ok).toBe(true);
    expect(finish(checkPublishable(costly, tests(500, 1))).ok).toBe(true);
  });
  it('not with a rule that no test makes fire', () => {
    expect(errorsOf(POLICY, TESTS.split('  - name: floods')[0]!)).toEqual(['policy 7:9 rule_not_tested']);
  });
});
