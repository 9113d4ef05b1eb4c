import { Evaluated } from './evaluated.ts';
import type { Run } from './run.ts';

/** One keyword's judgement of a value. What it evaluates goes into `seen`, if somebody asks. */
export type Check = (value: unknown, run: Run, seen: Evaluated | null) => boolean;

/** One compiled subschema. It is there before its checks are, because schemas refer to each other in circles. */
export interface Node {
  /** Names and indices from the input schema's root to it. */
  readonly steps: readonly (string | number)[];
  /** Base URI of the schema resource that it belongs to. */
  readonly base: string;
  checks: readonly Check[];
  /** Has a keyword that asks what the others evaluated. */
  asksEvaluated: boolean;
  /** Subschemas that judge the same value as this one. */
  readonly inPlace: Node[];
}

/** Judges a value. What a subschema evaluates counts for the schema around it only if the value satisfies it. */
export function judge(node: Node, value: unknown, run: Run, seen: Evaluated | null): boolean {
  const own = seen || node.asksEvaluated ? new Evaluated() : null;
  run.enter(1 + node.checks.length);
  const elsewhere = run.resources.at(-1) !== node.base;
  if (elsewhere) run.resources.push(node.base);
  const valid = all(node.checks, value, run, own);
  if (elsewhere) run.resources.pop();
  run.leave();
  if (valid && seen && own) seen.merge(own, run);
  return valid;
}

function all(checks: readonly Check[], value: unknown, run: Run, seen: Evaluated | null): boolean {
  let valid = true;
  for (const check of checks) {
    if (check(value, run, seen)) continue;
    valid = false;
    if (!run.wantsMore) return false;
  }
  return valid;
}

/** Judges a member of the value at hand. */
export function judgeMember(node: Node, name: string | number, value: unknown, run: Run): boolean {
  run.path.push(name);
  const valid = judge(node, value, run, null);
  run.path.pop();
  return valid;
}

/** Judges without a word: only the answer counts. */
export function judgeQuietly(node: Node, value: unknown, run: Run, seen: Evaluated | null): boolean {
  const { errors } = run;
  run.errors = null;
  const valid = judge(node, value, run, seen);
  run.errors = errors;
  return valid;
}
