import {
  inFileOrder,
  type Located,
  type Position,
  type Problem,
  type Reading,
  readFields,
  readId,
  readItems,
  readOneOf,
  readText,
  readYaml,
  report,
  startReading,
} from '@countersign/strict-yaml';
import {
  COST_LIMITS,
  type CostLimits,
  type PolicyExpressions,
  PUBLISHED_COST_LIMITS,
  policyExpressions,
  type StepRange,
} from '../expressions/policy-expressions.ts';
import { MAX_RULES, MAX_VARIABLES } from '../limits.ts';
import type { Policy, PolicyScope, Rule, Variable } from '../policy.ts';
import { readVariableName } from './identifiers.ts';
import { parseDescription, parseRule, reportExpression } from './parse-rule.ts';

/** A policy that may be compiled, or everything that is wrong with the file. */
export type ParsedPolicy =
  | {
      readonly ok: true;
      readonly policy: Policy;
      /** Where each rule stands, by id. */
      readonly rulePositions: ReadonlyMap<string, Position>;
      /** What it takes to judge one call. */
      readonly steps: StepRange;
    }
  | { readonly ok: false; readonly errors: readonly Problem[] };

const SCOPE_KEYS = ['organization', 'workspace', 'project'] as const;

/**
 * Reads a policy file and checks everything about it. All errors are reported at once, in file order; of a text that is no
 * YAML, those that keep it from being read.
 * @param id what the policy has to be called; left out: anything
 */
export function parsePolicy(text: string, id?: string): ParsedPolicy {
  return parse(text, id, COST_LIMITS);
}

/** Reads the text of a version that was published, whatever it costs by an estimate that has become stricter since. */
export function parsePublishedPolicy(text: string): ParsedPolicy {
  return parse(text, undefined, PUBLISHED_COST_LIMITS);
}

function parse(text: string, id: string | undefined, limits: CostLimits): ParsedPolicy {
  const yaml = readYaml(text);
  if (!yaml.ok) return { ok: false, errors: inFileOrder(yaml.problems) };
  const { reading, root } = startReading(yaml.source);
  const rulePositions = new Map<string, Position>();
  const expressions = policyExpressions(limits);
  const policy = readPolicy(reading, root, id, expressions, rulePositions);
  if (policy === undefined || reading.problems.length > 0) {
    return { ok: false, errors: inFileOrder(reading.problems) };
  }
  return { ok: true, policy, rulePositions, steps: expressions.steps() };
}

function readPolicy(
  reading: Reading,
  root: Located,
  named: string | undefined,
  expressions: PolicyExpressions,
  positions: Map<string, Position>,
): Policy | undefined {
  const fields = readFields<'policy' | 'schema' | 'rules' | 'description' | 'scope' | 'variables'>(
    reading,
    root,
    ['policy', 'schema', 'rules'],
    ['description', 'scope', 'variables'],
  );
  if (fields === undefined) return undefined;
  const id = fields.policy && readPolicyId(reading, fields.policy, named);
  const schema = fields.schema && readOneOf(reading, fields.schema, ['call/1']);
  const description = fields.description && parseDescription(reading, fields.description);
  const scope = fields.scope && readScope(reading, fields.scope);
  const variables = fields.variables ? readVariables(reading, fields.variables, expressions) : [];
  const rules = fields.rules ? readRules(reading, fields.rules, expressions, positions) : [];
  if (id === undefined || schema === undefined) return undefined;
  return {
    policy: id,
    schema,
    ...(description !== undefined && { description }),
    ...(scope && { scope }),
    variables,
    rules,
  };
}

function readPolicyId(reading: Reading, at: Located, named: string | undefined): string | undefined {
  const id = readId(reading, at);
  if (id !== undefined && named !== undefined && id !== named) {
    report(reading, at, 'other_id', `the policy is called ${named}, not ${id}`, `write policy: ${named}`);
  }
  return id;
}

function readScope(reading: Reading, at: Located): PolicyScope | undefined {
  const fields = readFields(reading, at, [], SCOPE_KEYS);
  if (fields === undefined) return undefined;
  const scope: Partial<Record<(typeof SCOPE_KEYS)[number], string>> = {};
  for (const key of SCOPE_KEYS) {
    const id = fields[key] && readId(reading, fields[key]);
    if (id !== undefined) scope[key] = id;
  }
  if (Object.keys(fields).length > 0) return scope;
  return report(
    reading,
    at,
    'missing_key',
    'the scope is empty',
    'name an organization, workspace or project',
  );
}

function readVariables(reading: Reading, at: Located, expressions: PolicyExpressions): readonly Variable[] {
  const variables: Variable[] = [];
  const names = new Set<string>();
  for (const item of readItems(reading, at, 0, MAX_VARIABLES) ?? []) {
    const fields = readFields(reading, item, ['name', 'expression']);
    const name = fields?.name && readVariableName(reading, fields.name);
    const expression =
      fields?.expression && readText(reading, fields.expression, 'write a CEL expression as a text');
    if (fields?.name && name !== undefined && names.has(name)) {
      report(
        reading,
        fields.name,
        'duplicate_id',
        `variable ${name} is declared twice`,
        'give it another name',
      );
      continue;
    }
    if (name === undefined || expression === undefined) continue;
    names.add(name);
    variables.push({ name, expression });
    reportExpression(reading, fields!.expression!, expressions.variable(name, expression));
  }
  return variables;
}

function readRules(
  reading: Reading,
  at: Located,
  expressions: PolicyExpressions,
  positions: Map<string, Position>,
): readonly Rule[] {
  const items = readItems(reading, at, 1, MAX_RULES) ?? [];
  return items.flatMap((item) => parseRule(reading, item, expressions, positions) ?? []);
}
