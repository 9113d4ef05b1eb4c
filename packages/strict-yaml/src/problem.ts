import { MAX_PROBLEMS } from './limits.ts';

/** A place in a file, both counted from 1, columns in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One thing that is wrong in a file, where, and what to do about it. `code` is stable. */
export interface Problem extends Position {
  readonly code: string;
  /** JSON pointer of the value, `` for the file. */
  readonly path: string;
  /** Id of the rule that it concerns, in files that have rules. */
  readonly rule?: string;
  readonly message: string;
  readonly remedy: string;
}

/** Problems by place in the file, each once, at most `MAX_PROBLEMS`. */
export function inFileOrder(problems: readonly Problem[]): readonly Problem[] {
  return problems
    .toSorted((a, b) => a.line - b.line || a.column - b.column)
    .filter((one, at, all) => at === 0 || JSON.stringify(one) !== JSON.stringify(all[at - 1]))
    .slice(0, MAX_PROBLEMS);
}
