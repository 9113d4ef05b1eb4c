import { Environment } from '@marcbachmann/cel-js';
import { MAX_AST_DEPTH, MAX_AST_NODES, MAX_LITERAL_ELEMENTS } from '../limits.ts';
import { FACT_VIEWS } from './fact-views.ts';
import { CALL_1, FACT_GROUPS } from './schema.ts';
import type { VariablesView } from './variables.ts';

const LIMITS = {
  maxAstNodes: MAX_AST_NODES,
  maxDepth: MAX_AST_DEPTH,
  maxListElements: MAX_LITERAL_ELEMENTS,
  maxMapEntries: MAX_LITERAL_ELEMENTS,
  maxCallArguments: 4,
};

/** Only `args`: what a tool's `cost_from` and `environment_from` see. */
export const ARGS_ENVIRONMENT = new Environment({ limits: LIMITS }).registerVariable(
  'args',
  'map<string, dyn>',
);

/** Everything of schema call/1 but `vars`. */
const CALL_ENVIRONMENT = ARGS_ENVIRONMENT.clone();
for (const group of FACT_GROUPS) {
  const type = `call1.${group}`;
  CALL_ENVIRONMENT.registerType(type, { ctor: FACT_VIEWS[group], fields: CALL_1[group] });
  CALL_ENVIRONMENT.registerVariable(group, type);
}

/** The typed environment of schema call/1, with the variables declared so far as `vars`. */
export function callEnvironment(variables: VariablesView): Environment {
  const environment = CALL_ENVIRONMENT.clone();
  environment.registerType('call1.vars', { ctor: variables.view, fields: variables.types });
  return environment.registerVariable('vars', 'call1.vars');
}
