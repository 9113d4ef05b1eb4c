import { jsonPointerOf } from '@countersign/contracts';
import { MAX_ARGUMENT_ERRORS } from './limits.ts';

/** One thing that is wrong with an input schema: where, and what would be right. */
export interface SchemaProblem {
  /** JSON pointer (RFC 6901) into the input schema. */
  readonly pointer: string;
  readonly detail: string;
}

export interface Problems {
  readonly found: readonly SchemaProblem[];
  /** Notes one, unless something else is wrong at that place already. */
  add(steps: readonly (string | number)[], detail: string): null;
}

export function createProblems(): Problems {
  const found: SchemaProblem[] = [];
  return {
    found,
    add(steps, detail) {
      if (found.length >= MAX_ARGUMENT_ERRORS) return null;
      const pointer = jsonPointerOf(steps);
      if (!found.some((one) => one.pointer === pointer)) found.push({ pointer, detail });
      return null;
    },
  };
}
