import type { PlanProblem } from '@countersign/access';
import { type FieldError, jsonPointerOf } from '@countersign/contracts';

/** What a parser of controls found, as an answer says it: a name that is too long to repeat is cut. */
export function fieldErrorOf({ pointer, problem, remedy }: PlanProblem): FieldError {
  const steps = pointer.split('/').slice(1);
  const names = steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  return { pointer: jsonPointerOf(names), detail: `${problem}; ${remedy}` };
}
