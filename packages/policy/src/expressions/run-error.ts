import { MAX_QUOTED_CHARS } from '../limits.ts';
import { asCelError } from './cel-error.ts';

/** Why a rule could not be evaluated. The message quotes the policy, never a value: it is stored in the clear. */
export interface RunError {
  readonly code: string;
  readonly message: string;
}

const MEANINGS: Readonly<Record<string, string>> = {
  no_such_key: 'a fact or argument that it reads is missing',
  unknown_variable: 'a fact that it reads is missing',
  unsupported_type: 'it reads a list or object over the limit',
  field_type_mismatch: 'a fact has another type than declared',
  no_such_overload: 'the operands have types that do not fit',
  no_matching_overload: 'the operands have types that do not fit',
  numeric_overflow: 'an integer overflows',
  division_by_zero: 'division by zero',
  modulo_by_zero: 'division by zero',
};

/** Reads what an evaluation threw. */
export function runError(thrown: unknown): RunError {
  const error = asCelError(thrown);
  if (error === undefined) return { code: 'evaluation_failed', message: 'it could not be evaluated' };
  const meaning = MEANINGS[error.code] ?? 'it could not be evaluated';
  const { node } = error;
  const source =
    node?.input === undefined ? '' : `${node.input.slice(node.start, node.end).slice(0, MAX_QUOTED_CHARS)}: `;
  return { code: error.code, message: `${source}${meaning}` };
}
