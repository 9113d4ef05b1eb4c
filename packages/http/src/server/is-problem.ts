import type { Problem } from '@countersign/contracts';

/** Tells a problem from every other value that a handler or an authentication gives. */
export function isProblem(value: object): value is Problem {
  return 'code' in value && 'title' in value && 'status' in value;
}
