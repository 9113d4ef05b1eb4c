import { jsonPointerOf } from '@countersign/contracts';
import { MAX_ARGUMENT_ERRORS, MAX_NESTING, MAX_STEPS } from './limits.ts';

/** One thing that is wrong with the arguments: where, and what would be right. Never quotes a value. */
export interface ArgumentError {
  /** JSON pointer (RFC 6901) into the arguments. */
  readonly pointer: string;
  readonly detail: string;
}

/** A problem as it is found. Most are dropped again, by an alternative that fits, so it is put into words at the end. */
export interface Found {
  readonly path: readonly (string | number)[];
  readonly detail: string;
}

export function toError({ path, detail }: Found): ArgumentError {
  return { pointer: jsonPointerOf(path), detail };
}

/** Steps that it takes to keep a problem. */
const STEPS_TO_KEEP = 4;

/** Ends a run that costs too much. Thrown, because no outcome of a keyword may hide it (a `not` would). */
export class TooCostly extends Error {
  override readonly name = 'TooCostly';
}

/** One check of one set of arguments: where it is, what it has cost, what it has found. */
export class Run {
  /** Names and indices from the arguments' root to the value at hand. */
  readonly path: (string | number)[] = [];
  /** Base URIs of the schema resources entered, outermost first: the dynamic scope. */
  readonly resources: string[] = [];
  /** Where problems go; `null` where only the answer counts. */
  errors: Found[] | null = [];
  #steps = 0;
  #nesting = 0;

  spend(steps: number): void {
    this.#steps += steps;
    if (this.#steps > MAX_STEPS)
      throw new TooCostly(
        `take more than ${MAX_STEPS} steps to check against the input schema, which is the limit: send fewer or shorter values`,
      );
  }

  enter(steps: number): void {
    this.spend(steps);
    this.#nesting += 1;
    if (this.#nesting > MAX_NESTING)
      throw new TooCostly(
        `meet more than ${MAX_NESTING} levels of subschemas, which is the limit: send less deeply nested values`,
      );
  }

  leave(): void {
    this.#nesting -= 1;
  }

  /** False: what has failed needs no further reasons. */
  get wantsMore(): boolean {
    return this.errors !== null && this.errors.length < MAX_ARGUMENT_ERRORS;
  }

  /** Notes a problem of the value at hand, or of its member `name`. */
  fail(detail: string, name?: string): false {
    if (this.errors && this.wantsMore) {
      this.spend(STEPS_TO_KEEP);
      this.errors.push({ path: name === undefined ? [...this.path] : [...this.path, name], detail });
    }
    return false;
  }
}
