import type { Activation } from './activation.ts';
import type { CompiledExpression } from './compile.ts';

/** The variables of one policy as cel-js sees them: a typed object whose getters evaluate. */
export interface VariablesView {
  readonly view: new (activation: Activation) => object;
  readonly types: Readonly<Record<string, string>>;
}

type Outcome = { readonly value: unknown } | { readonly error: unknown };

/** Makes the view of compiled variables. Each is evaluated when first read, its value or its error kept. */
export function variablesView(variables: ReadonlyMap<string, CompiledExpression>): VariablesView {
  class Variables {
    readonly activation: Activation;
    [outcome: symbol]: Outcome | undefined;
    constructor(activation: Activation) {
      this.activation = activation;
    }
  }
  for (const [name, expression] of variables) {
    const slot = Symbol(name);
    Object.defineProperty(Variables.prototype, name, {
      get(this: Variables): unknown {
        this[slot] ??= evaluated(expression, this.activation);
        const outcome = this[slot];
        if ('error' in outcome) throw outcome.error;
        return outcome.value;
      },
    });
  }
  return {
    view: Variables,
    types: Object.fromEntries([...variables].map(([name, { type }]) => [name, type])),
  };
}

function evaluated(expression: CompiledExpression, activation: Activation): Outcome {
  try {
    return { value: expression.run(activation) };
  } catch (error) {
    return { error };
  }
}
