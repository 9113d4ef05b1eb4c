import type { z } from 'zod';
import { jsonPointerOf } from './json-pointer.ts';

/** One thing that is wrong with a body: where, as an RFC 6901 pointer, and what would be right. */
export type FieldError = { readonly pointer: string; readonly detail: string };

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** Most errors in one answer: a body of 256 KiB can be wrong in tens of thousands of places. */
export const MAX_ERRORS = 100;

/**
 * Everything that zod found, each with a JSON pointer and the remedy. Unknown fields are named one by one; no value
 * of the caller is repeated, since it may be long or secret.
 */
export function describeZodErrors(error: z.core.$ZodError): readonly FieldError[] {
  return describeIssues(error.issues);
}

/** The same for some of zod's issues. */
export function describeIssues(issues: readonly Issue[]): readonly FieldError[] {
  return issues.flatMap((issue) => describeIssue(issue, [])).slice(0, MAX_ERRORS);
}

function describeIssue(issue: Issue, above: Path): readonly FieldError[] {
  const path = [...above, ...issue.path];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ pointer: jsonPointerOf([...path, key]), detail: issue.message }));
    case 'invalid_union': {
      const branch = closestBranch(issue.errors);
      return branch === undefined
        ? [{ pointer: jsonPointerOf(path), detail: issue.message }]
        : branch.flatMap((inner) => describeIssue(inner, path));
    }
    case 'invalid_key':
      return [{ pointer: jsonPointerOf(path), detail: keyDetail(issue) }];
    default:
      return [{ pointer: jsonPointerOf(path), detail: remedy(issue) }];
  }
}

/** The alternative that the caller meant: the one whose type is right and whose content is not. */
function closestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const wrongType = (issue: Issue): boolean =>
    issue.path.length === 0 && (issue.code === 'invalid_type' || issue.code === 'invalid_value');
  return branches.find((issues) => !issues.some(wrongType));
}

function keyDetail(issue: z.core.$ZodIssueInvalidKey): string {
  const [inner] = issue.issues;
  return inner === undefined ? 'is not a known name' : `the name ${remedy(inner)}`;
}

/** Messages that our own schemas give say what would be right; zod's own are put into the same words. */
const OWN_MESSAGE = /^(must|is) /;

function remedy(issue: Issue): string {
  if (OWN_MESSAGE.test(issue.message)) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return missing(issue)
        ? `is required: ${article(issue.expected)}`
        : `must be ${article(issue.expected)}`;
    case 'invalid_value':
      return `must be one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
    case 'too_big':
      return `must be at most ${issue.maximum}${unit(issue.origin)}`;
    case 'too_small':
      return `must be at least ${issue.minimum}${unit(issue.origin)}`;
    default:
      return issue.message;
  }
}

/** Zod leaves the received value out of its issues, but its message says when there was none. */
const missing = (issue: z.core.$ZodIssueInvalidType): boolean => /received undefined$/.test(issue.message);

const unit = (origin: string): string => ({ string: ' characters long', array: ' items long' })[origin] ?? '';

const article = (expected: string): string =>
  ({
    int: 'an integer',
    array: 'an array',
    object: 'a JSON object',
    record: 'a JSON object',
    tuple: 'an array',
    null: 'null',
  })[expected] ?? `a ${expected}`;
