import type { Problem } from '@countersign/strict-yaml';
import type { Json } from '../expressions/facts.ts';
import type { StepRange } from '../expressions/policy-expressions.ts';
import { CHARS_OF_AN_ELEMENT, MAX_ARGUMENT_ELEMENTS, MAX_TEST_COST } from '../limits.ts';
import type { PolicyTest } from './policy-test.ts';

/**
 * What stands against running these tests: together they may take more steps than are allowed. Steps are estimated,
 * not timed, so that the same files always end alike.
 */
export function testCostProblem(steps: StepRange, tests: readonly PolicyTest[]): Problem | undefined {
  let sum = 0;
  let first: number | undefined;
  for (const [at, { facts }] of tests.entries()) {
    sum += stepsOf(steps, facts.args);
    if (sum > MAX_TEST_COST) first ??= at;
  }
  if (first === undefined) return undefined;
  return {
    ...tests[first]!.position,
    code: 'tests_cost',
    path: `/tests/${first}`,
    message: `the ${tests.length} tests may take ${sum} steps together, ${MAX_TEST_COST} are allowed; those before this one fit`,
    remedy:
      'write fewer tests, give them shorter lists and texts, make the rules cheaper, or split the policy',
  };
}

/** Reading the arguments, and the rules on arguments of this size. */
function stepsOf({ least, most }: StepRange, args: Json = null): number {
  const elements = elementsOf(args);
  const share = (Math.min(elements, MAX_ARGUMENT_ELEMENTS) - 1) / (MAX_ARGUMENT_ELEMENTS - 1);
  return elements + least + Math.ceil((most - least) * share);
}

/** Values at every depth, long texts as several. */
function elementsOf(value: Json): number {
  if (typeof value === 'string') return Math.ceil((value.length + 1) / CHARS_OF_AN_ELEMENT);
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce((sum: number, member: Json) => sum + elementsOf(member), 1);
}
