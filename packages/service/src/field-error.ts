import type { PlanProblem } from '@countersign/access';
import { type FieldError, jsonPointerOf, namesIn } from '@countersign/contracts';

/** What a parser of controls found, as an answer says it: a name that is too long to repeat is cut. */
export function fieldErrorOf({ pointer, problem, remedy }: PlanProblem): FieldError {
  return { pointer: jsonPointerOf(namesIn(pointer) ?? []), detail: `${problem}; ${remedy}` };
}
