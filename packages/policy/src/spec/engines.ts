import { type CelInput, isCelError, run } from '@bufbuild/cel';
import { strings } from '@bufbuild/cel/ext';
import { Activation } from '../expressions/activation.ts';
import { celArguments } from '../expressions/arguments.ts';
import type { PartialFacts } from '../expressions/facts.ts';
import { policyExpressions } from '../expressions/policy-expressions.ts';
import { CALL_1, FACT_GROUPS } from '../expressions/schema.ts';

/** What an engine makes of a condition: its value, `error` when it can't be evaluated, `refused` at load. */
export type Outcome = boolean | 'error' | 'refused';

/** The engine in use, with everything that this package puts around it. */
export function ours(condition: string, facts: PartialFacts): Outcome {
  const compiled = policyExpressions().condition(condition);
  if (!compiled.ok) return 'refused';
  try {
    return compiled.expression.run(new Activation(facts)) === true;
  } catch {
    return 'error';
  }
}

/** The other implementation of CEL, which shares no code with ours. */
export function oracle(condition: string, facts: PartialFacts): Outcome {
  const result = run(condition, bindings(facts), { funcs: strings });
  return isCelError(result) || typeof result !== 'boolean' ? 'error' : result;
}

function bindings(facts: PartialFacts): Record<string, CelInput> {
  const bound: Record<string, CelInput> = { args: celArguments(facts.args ?? {}) as CelInput };
  for (const group of FACT_GROUPS) {
    const types: Readonly<Record<string, string>> = CALL_1[group];
    const entries = Object.entries(facts[group] ?? {}).filter(([, value]) => value !== null);
    bound[group] = new Map(
      entries.map(([name, value]) => [
        name,
        types[name] === 'int' ? BigInt(value as number) : (value as CelInput),
      ]),
    );
  }
  return bound;
}
