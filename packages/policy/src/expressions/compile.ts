import type { Environment } from '@marcbachmann/cel-js';
import { MAX_EXPRESSION_CHARS } from '../limits.ts';
import { asCelError, type CelError } from './cel-error.ts';
import { misspeltConstants } from './constants.ts';
import { type CostRange, estimateCost } from './cost.ts';
import { privateReads } from './privacy.ts';
import type { ExpressionProblem } from './problem.ts';
import { CALL_1 } from './schema.ts';
import { outsideSubset } from './subset.ts';

/** What an expression may use and must yield. */
export interface ExpressionScope {
  readonly environment: Environment;
  /** Names that may be read. */
  readonly names: ReadonlySet<string>;
  /** The variables declared so far. */
  readonly variables: ReadonlyMap<string, CompiledExpression>;
  /** What it may take, by the estimate. */
  readonly maxSteps: number;
  /** CEL types of the result that are taken; absent: any. */
  readonly results?: readonly string[];
  /** The result is stored in the clear, so that nothing personal may be read. */
  readonly clear?: true;
}

/** A checked expression. `run` throws what cel-js throws; `run-error.ts` reads it. */
export interface CompiledExpression {
  readonly type: string;
  readonly cost: CostRange;
  /** It reads the arguments or free text. */
  readonly readsPrivate: boolean;
  readonly run: (activation: object) => unknown;
}

/** An expression ready to run, or everything that is wrong with it. */
export type Compiled =
  | { readonly ok: true; readonly expression: CompiledExpression }
  | { readonly ok: false; readonly problems: readonly ExpressionProblem[] };

/** Parses and checks one expression. Never throws; reports everything that it finds, not the first. */
export function compileExpression(source: string, scope: ExpressionScope): Compiled {
  if (source.length > MAX_EXPRESSION_CHARS) {
    const message = `longer than ${MAX_EXPRESSION_CHARS} characters`;
    return {
      ok: false,
      problems: [{ offset: 0, code: 'cel_limit', message, remedy: 'split it into variables' }],
    };
  }
  try {
    const parsed = scope.environment.parse(source);
    const unsupported = outsideSubset(parsed.ast, scope.names);
    const problems = [...unsupported, ...misspeltConstants(parsed.ast)];
    const personal = privateReads(parsed.ast, scope.variables);
    if (scope.clear) problems.push(...personal);
    // What is outside the subset has neither cost nor type: further problems would only repeat the first.
    if (unsupported.length > 0) return { ok: false, problems };
    const cost = estimateCost(parsed.ast, scope.variables);
    if (cost.most.steps > scope.maxSteps) problems.push(costProblem(cost.most.steps, scope.maxSteps));
    const checked = parsed.check();
    if (checked.error !== undefined) problems.push(typeProblem(asCelError(checked.error), source));
    const type = checked.type ?? 'dyn';
    if (checked.valid && scope.results?.includes(type) === false)
      problems.push(resultProblem(type, scope.results));
    if (problems.length > 0) return { ok: false, problems };
    const run = parsed as (activation: object) => unknown;
    return { ok: true, expression: { type, cost, readsPrivate: personal.length > 0, run } };
  } catch (thrown) {
    return { ok: false, problems: [syntaxProblem(asCelError(thrown))] };
  }
}

function syntaxProblem(error: CelError | undefined): ExpressionProblem {
  const offset = error?.range?.start ?? 0;
  const message = error?.summary ?? 'not a CEL expression';
  if (error?.code === 'limit_exceeded') {
    return { offset, code: 'cel_limit', message, remedy: 'split the expression into variables' };
  }
  return { offset, code: 'cel_syntax', message, remedy: 'write one CEL expression; texts stand in quotes' };
}

function typeProblem(error: CelError | undefined, source: string): ExpressionProblem {
  const offset = error?.range?.start ?? 0;
  const message = error?.summary ?? 'the types do not fit';
  return { offset, code: 'cel_type', message, remedy: typeRemedy(error, source) };
}

function typeRemedy(error: CelError | undefined, source: string): string {
  if (error?.code === 'no_such_key') {
    const base = source.slice(error.node?.start ?? 0, error.range?.start ?? 0).replace(/[^\w].*$/s, '');
    const groups: Record<string, object> = CALL_1;
    if (Object.hasOwn(groups, base)) return `${base} has ${Object.keys(groups[base]!).join(', ')}`;
    if (base === 'vars') return 'a variable must be declared before it is read';
  }
  if (error?.code === 'no_such_overload')
    return 'both sides need one type: convert with int(), double() or string()';
  return 'see the types of schema call/1 and the functions in the language reference';
}

function resultProblem(type: string, expected: readonly string[]): ExpressionProblem {
  const remedy =
    type === 'dyn' && expected.includes('bool')
      ? 'compare the argument: args.flag == true'
      : `write an expression of type ${expected[0]}`;
  return { offset: 0, code: 'cel_type', message: `is ${type}, must be ${expected.join(' or ')}`, remedy };
}

function costProblem(steps: number, maxSteps: number): ExpressionProblem {
  return {
    offset: 0,
    code: 'cel_cost',
    message: `may take ${steps} steps on large arguments, ${maxSteps} are allowed`,
    remedy: 'search for constants, not for arguments; what a loop does not change belongs into a variable',
  };
}
