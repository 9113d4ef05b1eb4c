import type { Position } from '@countersign/strict-yaml';
import { evaluate } from '../evaluating/evaluate.ts';
import type { Evaluation } from '../evaluating/evaluation.ts';
import { compilePolicySet } from '../evaluating/policy-set.ts';
import type { Effect, Policy } from '../policy.ts';
import type { Expectation, PolicyTest } from './policy-test.ts';

/** How one test ended; `failures` says in words what was not as expected. */
export interface TestResult extends Position {
  readonly name: string;
  readonly passed: boolean;
  readonly outcome: Effect;
  readonly failures: readonly string[];
}

/** How the tests of a policy went. */
export interface TestReport {
  /** All tests passed and every rule fired in one of them. */
  readonly passed: boolean;
  readonly results: readonly TestResult[];
  /** Rules that no test made fire, in file order. */
  readonly unhit: readonly string[];
}

/**
 * Runs tests against a policy alone, in force for the whole installation. Offline and without a clock. Stops after each
 * test, so that who runs them beside other work can let that go on; `finish` just goes on.
 */
export function* runPolicyTests(
  policy: Policy,
  tests: readonly PolicyTest[],
): Generator<undefined, TestReport, undefined> {
  const set = compilePolicySet([{ policy, mode: 'enforce', scope: {}, floor: false }]);
  yield;
  const known = new Set(policy.rules.map((rule) => rule.id));
  const hit = new Set<string>();
  const results: TestResult[] = [];
  for (const { name, position, facts, expect } of tests) {
    const answer = evaluate(set, facts);
    for (const { rule, fired } of [...answer.rules, ...answer.shadow]) if (fired) hit.add(rule);
    const failures = [...unknownRules(expect, known), ...differences(expect, answer)];
    results.push({ ...position, name, passed: failures.length === 0, outcome: answer.verdict, failures });
    yield;
  }
  const unhit = [...known].filter((rule) => !hit.has(rule));
  return { passed: unhit.length === 0 && results.every((result) => result.passed), results, unhit };
}

function unknownRules(expect: Expectation, known: ReadonlySet<string>): readonly string[] {
  const named = [expect.rules, expect.not_rules, expect.shadow, expect.errors].flatMap((list) => list ?? []);
  return named.filter((rule) => !known.has(rule)).map((rule) => `the policy has no rule ${rule}`);
}

function differences(expect: Expectation, answer: Evaluation): readonly string[] {
  const fired = answer.rules.filter((result) => result.fired).map(({ rule }) => rule);
  const shadow = answer.shadow.filter((result) => result.fired).map(({ rule }) => rule);
  const failed = answer.errors.map(({ rule }) => rule);
  const failures: string[] = [];
  if (answer.verdict !== expect.outcome) {
    const why = answer.reasons
      .map(({ code, rule }) => (rule === undefined ? code : `${code} by ${rule}`))
      .join(', ');
    failures.push(`outcome is ${answer.verdict} (${why}), expected ${expect.outcome}`);
  }
  const missing = (expected: readonly string[] = [], actual: readonly string[], what: string): void => {
    for (const rule of expected) if (!actual.includes(rule)) failures.push(`rule ${rule} did not ${what}`);
  };
  missing(expect.rules, fired, 'fire');
  missing(expect.shadow, shadow, 'fire in shadow');
  missing(expect.errors, failed, 'fail');
  for (const rule of expect.not_rules ?? []) {
    if (fired.includes(rule) || shadow.includes(rule)) failures.push(`rule ${rule} fired`);
  }
  const { approvers, quorum } = answer.obligations;
  if (expect.approvers !== undefined && expect.approvers.join() !== (approvers ?? []).join()) {
    failures.push(
      `approvers are ${approvers?.join(', ') ?? 'not asked for'}, expected ${expect.approvers.join(', ')}`,
    );
  }
  if (expect.quorum !== undefined && expect.quorum !== quorum) {
    failures.push(`quorum is ${quorum ?? 'not asked for'}, expected ${expect.quorum}`);
  }
  return failures;
}
