import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { RE2JS } from 're2js';

/** One thing that is wrong with the arguments: where, and what would be right. Never quotes a value. */
export interface ArgumentError {
  /** JSON pointer (RFC 6901) into the arguments. */
  readonly pointer: string;
  readonly detail: string;
}

/** Everything that is wrong with the arguments; none where they fit. */
export type ArgumentsCheck = (args: unknown) => readonly ArgumentError[];

/** A schema that can be checked against, or why it can not. */
export type CompiledSchema =
  | { readonly ok: true; readonly check: ArgumentsCheck }
  /** The text is no usable JSON Schema 2020-12; `detail` says why. */
  | { readonly ok: false; readonly detail: string };

/** Problems reported for one set of arguments. */
export const MAX_ARGUMENT_ERRORS = 20;

/**
 * Compiles a tool's input schema. References stay inside the schema: nothing is fetched. `pattern` runs on RE2, in
 * linear time, because the developer's expression meets an agent's text. `format` only annotates, as in the standard.
 */
export function compileSchema(schema: object): CompiledSchema {
  const ajv = new Ajv2020({
    allErrors: true,
    strict: true,
    strictTypes: false,
    strictTuples: false,
    strictRequired: false,
    validateFormats: false,
    addUsedSchema: false,
    messages: true,
    code: { regExp: Object.assign(linearRegExp, { code: 'linearRegExp' }) },
  });
  let validate: ValidateFunction;
  try {
    validate = ajv.compile(schema);
  } catch (cause) {
    return { ok: false, detail: cause instanceof Error ? cause.message.slice(0, 500) : 'not a JSON Schema' };
  }
  return {
    ok: true,
    check(args) {
      if (validate(args)) return NONE;
      return (validate.errors ?? []).slice(0, MAX_ARGUMENT_ERRORS).map(describe);
    },
  };
}

const UNNAMED = 'is a property that the input schema does not name: leave it out';

/** Longest property name, and longest list of allowed values, that an answer repeats. */
const MAX_NAME_CHARS = 64;
const MAX_LIST_CHARS = 200;

/** One step of a JSON pointer. The name may be the caller's, and anything. */
function step(name: string): string {
  const shown = name.length > MAX_NAME_CHARS ? `${name.slice(0, MAX_NAME_CHARS)}…` : name;
  return `/${shown.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** Values of the schema itself, as far as there is room. */
function listOf(values: readonly unknown[]): string {
  const list = values.map((value) => JSON.stringify(value)).join(', ');
  return list.length > MAX_LIST_CHARS ? `${list.slice(0, MAX_LIST_CHARS)}…` : list;
}

const NONE: readonly ArgumentError[] = [];

function describe({ instancePath, keyword, params, message }: ErrorObject): ArgumentError {
  switch (keyword) {
    case 'required':
      return { pointer: instancePath + step(params.missingProperty), detail: 'is required' };
    case 'additionalProperties':
      return { pointer: instancePath + step(params.additionalProperty), detail: UNNAMED };
    case 'unevaluatedProperties':
      return { pointer: instancePath + step(params.unevaluatedProperty), detail: UNNAMED };
    case 'enum':
      return { pointer: instancePath, detail: `must be one of ${listOf(params.allowedValues)}` };
    case 'const':
      return { pointer: instancePath, detail: `must be ${listOf([params.allowedValue])}` };
    default:
      return { pointer: instancePath, detail: message ?? `does not satisfy ${keyword}` };
  }
}

/**
 * What ajv asks of a regular expression: `test`, and a `toString` that tells patterns apart, for it keeps them by that.
 * @throws if RE2 does not have the syntax (look-around, back-references).
 */
function linearRegExp(pattern: string): { test(text: string): boolean; toString(): string } {
  const compiled = RE2JS.compile(pattern);
  return { test: (text) => compiled.matcher(text).find(), toString: () => pattern };
}
