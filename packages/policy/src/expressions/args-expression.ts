import { MAX_EXPRESSION_COST } from '../limits.ts';
import { celArguments } from './arguments.ts';
import { compileExpression, type ExpressionScope } from './compile.ts';
import { ARGS_ENVIRONMENT } from './environment.ts';
import type { Facts } from './facts.ts';
import type { ExpressionProblem } from './problem.ts';
import { type RunError, runError } from './run-error.ts';

/** What an expression over arguments yields, as TypeScript sees it. */
interface ArgsResults {
  readonly int: number;
  readonly string: string;
}

/** A value, or why there is none: an error with a stable code that quotes no argument. */
export type ArgsOutcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: RunError };

/** A compiled expression over arguments, or everything that is wrong with it. */
export type ArgsExpression<T> =
  | { readonly ok: true; readonly evaluate: (args: Facts['args']) => ArgsOutcome<T> }
  | { readonly ok: false; readonly problems: readonly ExpressionProblem[] };

const WRONG_RESULT: Readonly<Record<keyof ArgsResults, RunError>> = {
  int: { code: 'not_an_int', message: 'the result is not a safe integer' },
  string: { code: 'not_a_string', message: 'the result is not a string' },
};

/**
 * Compiles CEL over `args` alone, as tools declare it in `cost_from` (int) and `environment_from` (string), under
 * the bans and limits of policies. Neither compiling nor evaluating throws. An int is a safe integer, of any sign.
 */
export function compileArgsExpression<Type extends keyof ArgsResults>(
  source: string,
  type: Type,
): ArgsExpression<ArgsResults[Type]> {
  const scope: ExpressionScope = {
    environment: ARGS_ENVIRONMENT,
    names: new Set(['args']),
    variables: new Map(),
    maxSteps: MAX_EXPRESSION_COST,
    results: [type, 'dyn'],
  };
  const compiled = compileExpression(source, scope);
  if (!compiled.ok) return compiled;
  const { run } = compiled.expression;
  return {
    ok: true,
    evaluate(args) {
      try {
        const result = run({ args: celArguments(args) });
        const value = type === 'int' ? safeInteger(result) : typeof result === 'string' ? result : undefined;
        if (value === undefined) return { ok: false, error: WRONG_RESULT[type] };
        return { ok: true, value: value as ArgsResults[Type] };
      } catch (thrown) {
        return { ok: false, error: runError(thrown) };
      }
    },
  };
}

function safeInteger(result: unknown): number | undefined {
  const value = typeof result === 'bigint' ? Number(result) : undefined;
  return Number.isSafeInteger(value) ? value : undefined;
}
