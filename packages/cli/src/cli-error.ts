import type { ExitCode } from './exit-code.ts';

/** One thing that is wrong in what was given, with its place where it has one. */
export interface Complaint {
  /** JSON pointer, option, file or variable. */
  readonly pointer: string;
  readonly detail: string;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
}

/** Why a verb did not do what it should. */
export interface Failure {
  readonly exitCode: ExitCode;
  /** Stable; for programs. */
  readonly code: string;
  readonly detail: string;
  /** Everything that is wrong, at once. */
  readonly errors?: readonly Complaint[] | undefined;
  /** What to do about it. */
  readonly remedy?: string | undefined;
}

/** Carries a failure of the command's own to where it is printed. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.detail);
    this.failure = failure;
  }
}

/** Ends the verb with a failure. */
export function fail(failure: Failure): never {
  throw new CliError(failure);
}
