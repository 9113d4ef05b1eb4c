import type { Position, Problem } from '@countersign/strict-yaml';
import { policyDigest } from '../digest.ts';
import { parsePolicy } from '../loading/parse-policy.ts';
import type { Policy } from '../policy.ts';
import { parsePolicyTests } from './parse-tests.ts';
import type { PolicyTest } from './policy-test.ts';
import { runPolicyTests, type TestReport } from './run-tests.ts';
import { testCostProblem } from './test-cost.ts';

/** A problem and the file of the two in which it stands. */
export interface PublishingProblem extends Problem {
  readonly file: 'policy' | 'tests';
}

/** A policy and its tests, ready to be run, or everything that is wrong with the two files. */
export type PolicyFiles =
  | {
      readonly ok: true;
      readonly policy: Policy;
      readonly rulePositions: ReadonlyMap<string, Position>;
      readonly tests: readonly PolicyTest[];
    }
  | { readonly ok: false; readonly errors: readonly PublishingProblem[] };

/** The policy with its digest and the report of its tests, or everything that stands against it. */
export type Publishable =
  | { readonly ok: true; readonly policy: Policy; readonly digest: string; readonly report: TestReport }
  | { readonly ok: false; readonly errors: readonly PublishingProblem[] };

/**
 * Reads a policy and its tests, and checks that the tests can be run in bounded time. All errors at once. Stops after each
 * file, like `runPolicyTests`.
 * @param id what the policy has to be called; left out: anything
 */
export function* parsePolicyFiles(
  policyText: string,
  testsText: string,
  id?: string,
): Generator<undefined, PolicyFiles, undefined> {
  const parsed = parsePolicy(policyText, id);
  yield;
  const tests = parsePolicyTests(testsText);
  yield;
  if (!parsed.ok || !tests.ok) {
    return {
      ok: false,
      errors: [
        ...inFile('policy', parsed.ok ? [] : parsed.errors),
        ...inFile('tests', tests.ok ? [] : tests.errors),
      ],
    };
  }
  const tooCostly = testCostProblem(parsed.steps, tests.tests);
  if (tooCostly !== undefined) return { ok: false, errors: inFile('tests', [tooCostly]) };
  const { policy, rulePositions } = parsed;
  return { ok: true, policy, rulePositions, tests: tests.tests };
}

/**
 * Whether a policy may be published: it compiles, its tests pass, and every rule fires in one. All errors at once.
 * Stops after each test, like `runPolicyTests`.
 * @param id what the policy has to be called; left out: anything
 */
export function* checkPublishable(
  policyText: string,
  testsText: string,
  id?: string,
): Generator<undefined, Publishable, undefined> {
  const files = yield* parsePolicyFiles(policyText, testsText, id);
  if (!files.ok) return files;
  const { policy, rulePositions, tests } = files;
  const report = yield* runPolicyTests(policy, tests);
  if (report.passed) return { ok: true, policy, digest: policyDigest(policy), report };
  const unhit = report.unhit.map((rule): Problem => {
    const path = `/rules/${policy.rules.findIndex(({ id }) => id === rule)}`;
    const place = { ...(rulePositions.get(rule) ?? { line: 1, column: 1 }), path, rule };
    return {
      ...place,
      code: 'rule_not_tested',
      message: `no test makes rule ${rule} fire`,
      remedy: 'add such a test',
    };
  });
  const failed = report.results.flatMap(({ line, column, name, failures }, at) =>
    failures.map((failure): Problem => {
      const message = `test ${JSON.stringify(name)}: ${failure}`;
      return {
        line,
        column,
        code: 'test_failed',
        path: `/tests/${at}`,
        message,
        remedy: 'correct the rule or the test',
      };
    }),
  );
  return { ok: false, errors: [...inFile('policy', unhit), ...inFile('tests', failed)] };
}

function inFile(file: PublishingProblem['file'], problems: readonly Problem[]): readonly PublishingProblem[] {
  return problems.map((problem) => ({ file, ...problem }));
}
