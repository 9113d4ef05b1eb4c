import { build } from './build.ts';
import { isArray, isObject } from './json.ts';
import { MAX_ARGUMENT_ERRORS, MAX_SCHEMA_DEPTH } from './limits.ts';
import { judge, type Node } from './node.ts';
import { createProblems, type SchemaProblem } from './problems.ts';
import { type ArgumentError, Run, TooCostly } from './run.ts';

/** Everything that is wrong with the arguments; none where they fit. */
export type ArgumentsCheck = (args: unknown) => readonly ArgumentError[];

/** A schema that can be checked against, or why it can not. */
export type CompiledSchema =
  | { readonly ok: true; readonly check: ArgumentsCheck }
  /** It is no JSON Schema 2020-12 that can be used: everything that is wrong with it. */
  | { readonly ok: false; readonly problems: readonly SchemaProblem[] };

/**
 * Compiles a tool's input schema. References stay inside it: nothing is fetched. What it costs to compile it, and to
 * check arguments against it, is bounded (`limits.ts`), whoever wrote the one and the other.
 */
export function compileSchema(schema: unknown): CompiledSchema {
  const problems = createProblems();
  if (isDeeper(schema, MAX_SCHEMA_DEPTH)) {
    problems.add([], `must have at most ${MAX_SCHEMA_DEPTH} levels`);
    return { ok: false, problems: problems.found };
  }
  const root = build(schema, problems);
  if (problems.found.length > 0) return { ok: false, problems: problems.found };
  return { ok: true, check: (args) => check(root, args) };
}

const NONE: readonly ArgumentError[] = [];

function check(root: Node, args: unknown): readonly ArgumentError[] {
  const run = new Run();
  const found = run.errors ?? [];
  try {
    if (judge(root, args, run, null)) return NONE;
    // Whoever only asks whether there are problems must hear of it, even if no keyword found the words.
    return found.length > 0 ? found : [{ pointer: '', detail: 'does not satisfy the input schema' }];
  } catch (cause) {
    if (!(cause instanceof TooCostly)) throw cause;
    return [...found.slice(0, MAX_ARGUMENT_ERRORS - 1), { pointer: '', detail: cause.message }];
  }
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  const members = isArray(value) ? value : isObject(value) ? Object.values(value) : [];
  return members.some((member) => isDeeper(member, levels - 1));
}
