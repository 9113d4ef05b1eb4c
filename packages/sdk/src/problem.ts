import type { CallStatus, Reason } from './model/verdict.ts';

/** One thing that is wrong in what was sent. `line` and `column` count from 1, where the body holds a text. */
export interface FieldError {
  /** RFC 6901 JSON pointer into the body. */
  readonly pointer: string;
  readonly detail: string;
  readonly line?: number;
  readonly column?: number;
}

/**
 * Why a request did not do what it should: Countersign's problem document (RFC 9457), or one that this client makes
 * where there is none. Then `status` is 0 and `code` one of `no_answer`, `timed_out`, `aborted`, `invalid_request`,
 * or the answer was none of Countersign's and `code` is `unexpected_answer`.
 */
export interface CountersignProblem {
  readonly type: string;
  readonly title: string;
  /** HTTP status; 0 where there was no answer. */
  readonly status: number;
  /** Stable; for programs. */
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly FieldError[];
  /** The refused call, where it is recorded. */
  readonly tool_call_id?: string;
  /** How that call stands. */
  readonly call_status?: CallStatus;
  readonly reasons?: readonly Reason[];
  /** With `forbidden`: what the key's owner lacks. */
  readonly required_permission?: string;
  /** With `forbidden`, of a work intent or namespace: what they have there, and where more can be asked for. */
  readonly current_permission?: 'read' | 'write' | 'admin' | null;
  readonly access_request_url?: string;
  /** With `idempotency_conflict`: the work intent that the key has made. */
  readonly intent_id?: string;
  /** With `over_quota`. */
  readonly meter?: string;
  /** With `throttled`. */
  readonly throttle?: string;
  readonly limit?: number | null;
  readonly used?: number;
  /** Milliseconds until another try makes sense; also read from `Retry-After`. */
  readonly retry_after_ms?: number | null;
  /** An outcome that is recorded, but was not covered by a redeemed permit. */
  readonly unauthorized?: true;
}

/** Makes a problem of the client's own. */
export function localProblem(
  code: string,
  detail: string,
  more: Partial<CountersignProblem> = {},
): CountersignProblem {
  return { type: `urn:countersign:problem:${code}`, title: detail, status: 0, code, detail, ...more };
}

/** What the methods of the client reject with. Judge it by `code`, never by the message. */
export class CountersignError extends Error {
  override readonly name = 'CountersignError';
  readonly code: string;
  readonly problem: CountersignProblem;

  constructor(problem: CountersignProblem) {
    const fields = problem.errors?.map(({ pointer, detail }) => `${pointer} ${detail}`) ?? [];
    super([`${problem.code}: ${problem.detail}`, ...fields].join('\n  '));
    this.code = problem.code;
    this.problem = problem;
  }
}

/** Whether something thrown is a `CountersignError`, of this copy of the package or of another. */
export function isCountersignError(thrown: unknown): thrown is CountersignError {
  return thrown instanceof Error && thrown.name === 'CountersignError' && 'problem' in thrown;
}
