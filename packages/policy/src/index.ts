export type { Position, Problem } from '@countersign/strict-yaml';
export { jsonDigest, policyDigest } from './digest.ts';
export { ENGINE } from './engine.ts';
export { evaluate } from './evaluating/evaluate.ts';
export type {
  ApprovalDemand,
  Evaluation,
  Obligations,
  Reason,
  ReasonCode,
  RuleError,
  RuleResult,
  ShadowResult,
} from './evaluating/evaluation.ts';
export {
  type CompiledPolicy,
  compilePolicySet,
  type PolicyActivation,
  type PolicySet,
} from './evaluating/policy-set.ts';
export {
  type ArgsExpression,
  type ArgsOutcome,
  compileArgsExpression,
} from './expressions/args-expression.ts';
export { ENVIRONMENTS } from './expressions/environments.ts';
export type { Facts, Json, PartialFacts } from './expressions/facts.ts';
export type { ExpressionProblem } from './expressions/problem.ts';
export type { RunError } from './expressions/run-error.ts';
export {
  ACTIONS,
  type Action,
  APPROVAL_LEVELS,
  type ApprovalLevel,
  SENSITIVITIES,
  type Sensitivity,
} from './expressions/schema.ts';
export { type ParsedPolicy, parsePolicy, parsePublishedPolicy } from './loading/parse-policy.ts';
export type { Effect, Match, Mode, Policy, PolicyScope, Rule, RuleObligations, Variable } from './policy.ts';
export { finish } from './policy-tests/finish.ts';
export { type ParsedTests, parsePolicyTests } from './policy-tests/parse-tests.ts';
export type { Expectation, PolicyTest } from './policy-tests/policy-test.ts';
export {
  checkPublishable,
  type PolicyFiles,
  type Publishable,
  type PublishingProblem,
  parsePolicyFiles,
} from './policy-tests/publishable.ts';
export { runPolicyTests, type TestReport, type TestResult } from './policy-tests/run-tests.ts';
