import type { Environment } from '@marcbachmann/cel-js';
import { MAX_EXPRESSION_COST, MAX_POLICY_COST } from '../limits.ts';
import {
  type Compiled,
  type CompiledExpression,
  compileExpression,
  type ExpressionScope,
} from './compile.ts';
import { callEnvironment } from './environment.ts';
import type { ExpressionProblem } from './problem.ts';
import { FACT_GROUPS } from './schema.ts';
import { type VariablesView, variablesView } from './variables.ts';

/** Steps on the smallest arguments and on the largest ones. */
export interface StepRange {
  readonly least: number;
  readonly most: number;
}

/** What expressions may take: each, and all of a policy together. */
export interface CostLimits {
  readonly expression: number;
  readonly policy: number;
}

/** Of what is to be published. */
export const COST_LIMITS: CostLimits = { expression: MAX_EXPRESSION_COST, policy: MAX_POLICY_COST };
/**
 * Of what was published: it was within the limits by the estimate of its day, and one that has become stricter since takes nothing
 * out of force.
 */
export const PUBLISHED_COST_LIMITS: CostLimits = {
  expression: Number.POSITIVE_INFINITY,
  policy: Number.POSITIVE_INFINITY,
};

/** Compiles the expressions of one policy: first its variables in order, then conditions and reasons. */
export interface PolicyExpressions {
  /** Declares `vars.<name>`; a later expression may read it. */
  variable(name: string, source: string): readonly ExpressionProblem[];
  /** An expression of type bool. */
  condition(source: string): Compiled;
  /** An expression of type string that reads nothing personal. */
  reason(source: string): Compiled;
  /** What all of them together take. */
  steps(): StepRange;
  /** The class of what an activation carries as `vars`. */
  view(): VariablesView['view'];
}

const NAMES: ReadonlySet<string> = new Set(['args', ...FACT_GROUPS, 'vars']);

/** Stands for a variable that does not compile, so that its readers are not reported too. */
const BROKEN: CompiledExpression = {
  type: 'dyn',
  cost: { least: { size: 1, steps: 1 }, most: { size: 1, steps: 1 } },
  readsPrivate: false,
  run() {
    throw new Error('the variable does not compile');
  },
};

/** Starts a policy: no variables yet. */
export function policyExpressions(limits: CostLimits = COST_LIMITS): PolicyExpressions {
  const variables = new Map<string, CompiledExpression>();
  const view = variablesView();
  let environment: Environment | undefined;
  let steps: StepRange = { least: 0, most: 0 };

  function compile(source: string, demands: Pick<ExpressionScope, 'results' | 'clear'>): Compiled {
    environment ??= callEnvironment(view);
    const maxSteps = limits.expression;
    const compiled = compileExpression(source, {
      environment,
      names: NAMES,
      variables,
      maxSteps,
      ...demands,
    });
    if (!compiled.ok) return compiled;
    const { least, most } = compiled.expression.cost;
    steps = { least: steps.least + least.steps, most: steps.most + most.steps };
    return steps.most > limits.policy ? { ok: false, problems: [tooCostly(limits.policy)] } : compiled;
  }

  return {
    variable(name, source) {
      const compiled = compile(source, {});
      const expression = compiled.ok ? compiled.expression : BROKEN;
      variables.set(name, expression);
      view.declare(name, expression);
      // An environment holds the types that it was made with: the next expression needs a new one.
      environment = undefined;
      return compiled.ok ? [] : compiled.problems;
    },
    condition: (source) => compile(source, { results: ['bool'] }),
    reason: (source) => compile(source, { results: ['string'], clear: true }),
    steps: () => steps,
    view: () => view.view,
  };
}

function tooCostly(maxSteps: number): ExpressionProblem {
  return {
    offset: 0,
    code: 'cel_cost',
    message: `the expressions so far may take more than ${maxSteps} steps together`,
    remedy: 'split the policy, or loop over arguments in a variable that several rules read',
  };
}
