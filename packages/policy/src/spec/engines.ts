import { type CelInput, celEnv, isCelError, parse, plan } from '@bufbuild/cel';
import { strings } from '@bufbuild/cel/ext';
import { Activation } from '../expressions/activation.ts';
import { celArguments } from '../expressions/arguments.ts';
import type { Compiled } from '../expressions/compile.ts';
import type { PartialFacts } from '../expressions/facts.ts';
import { policyExpressions } from '../expressions/policy-expressions.ts';
import { CALL_1, FACT_GROUPS } from '../expressions/schema.ts';

/** What an engine makes of a condition: its value, `error` when it can't be evaluated, `refused` at load. */
export type Outcome = boolean | 'error' | 'refused';

/** Each condition is compiled once, however often it is evaluated. */
const compiledHere = new Map<string, Compiled>();
const compiledThere = new Map<string, ReturnType<typeof plan>>();
const OTHER = celEnv({ funcs: strings });

/** The engine in use, with everything that this package puts around it. */
export function ours(condition: string, facts: PartialFacts): Outcome {
  const compiled = compiledHere.get(condition) ?? policyExpressions().condition(condition);
  compiledHere.set(condition, compiled);
  if (!compiled.ok) return 'refused';
  try {
    return compiled.expression.run(new Activation(facts)) === true;
  } catch {
    return 'error';
  }
}

/** The other implementation of CEL, which shares no code with ours. */
export function oracle(condition: string, facts: PartialFacts): Outcome {
  const evaluate = compiledThere.get(condition) ?? plan(OTHER, parse(condition));
  compiledThere.set(condition, evaluate);
  const result = evaluate(bindings(facts));
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
