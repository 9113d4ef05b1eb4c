import type { CountersignProblem } from '../problem.ts';

/** What became of a request, after all attempts. */
export type Answer = Answered | Unsuccessful;

/** A 2xx answer. */
interface Answered {
  readonly ok: true;
  readonly status: number;
  /** Parsed JSON; undefined where the answer has no body. */
  readonly body: unknown;
  /** Whether an earlier attempt, which got no answer, may have done its work too. */
  readonly mayHaveActed: boolean;
}

/** Refused, failed or not answered. */
export interface Unsuccessful {
  readonly ok: false;
  readonly problem: CountersignProblem;
  /** Whether the same request may succeed later. */
  readonly transient: boolean;
  /** Whether any attempt may have done its work without our knowing. */
  readonly mayHaveActed: boolean;
}
