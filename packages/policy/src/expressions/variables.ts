import type { Activation } from './activation.ts';
import type { CompiledExpression } from './compile.ts';

/** The variables of one policy as cel-js sees them: a typed object whose getters evaluate. */
export interface VariablesView {
  /** One class for all of them: cel-js recognizes the object by it in every expression of the policy. */
  readonly view: new (
    activation: Activation,
  ) => object;
  /** CEL types of those declared so far. */
  readonly types: Readonly<Record<string, string>>;
  declare(name: string, expression: CompiledExpression): void;
}

type Outcome = { readonly value: unknown } | { readonly error: unknown };

/** A policy's variables, none yet. Each is evaluated when first read, its value or its error kept for the call. */
export function variablesView(): VariablesView {
  class Variables {
    readonly activation: Activation;
    [outcome: symbol]: Outcome | undefined;
    constructor(activation: Activation) {
      this.activation = activation;
    }
  }
  const types: Record<string, string> = {};
  return {
    view: Variables,
    types,
    declare(name, expression) {
      types[name] = expression.type;
      const slot = Symbol(name);
      Object.defineProperty(Variables.prototype, name, {
        get(this: Variables): unknown {
          this[slot] ??= evaluated(expression, this.activation);
          const outcome = this[slot];
          if ('error' in outcome) throw outcome.error;
          return outcome.value;
        },
      });
    },
  };
}

function evaluated(expression: CompiledExpression, activation: Activation): Outcome {
  try {
    return { value: expression.run(activation) };
  } catch (error) {
    return { error };
  }
}
