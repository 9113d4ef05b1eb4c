import { type Plan, type PlanProblem, parsePlanCatalog } from '@countersign/access';
import type { JsonObject } from '@countersign/event-sourcing';
import { parseStrictJson } from '@countersign/http';
import { uncountedLimits } from './uncounted.ts';

/** One thing that is wrong with a plan: where, and what to write instead. */
export interface PlanError {
  /** RFC 6901. */
  readonly pointer: string;
  readonly detail: string;
}

/** Plan entries as they were written, by slug; or everything that is wrong with them. */
export type ReadPlans =
  | { readonly ok: true; readonly plans: ReadonlyMap<string, JsonObject> }
  | { readonly ok: false; readonly errors: readonly PlanError[] };

/** Reads the text of `COUNTERSIGN_ACCESS_PLANS`: a JSON object of plan entries by slug. */
export function readPlanCatalog(text: string): ReadPlans {
  const json = parseStrictJson(Buffer.from(text));
  if (!json.ok) {
    const errors = json.errors.length > 0 ? json.errors : [{ pointer: '', detail: 'is not valid JSON' }];
    return { ok: false, errors };
  }
  const parsed = parsePlanCatalog(json.value);
  const problems = parsed.ok ? [...parsed.value].flatMap(uncountedIn) : parsed.problems;
  if (problems.length > 0) return { ok: false, errors: problems.map(planError) };
  return { ok: true, plans: new Map(Object.entries(json.value as Record<string, JsonObject>)) };
}

function uncountedIn([slug, plan]: readonly [string, Plan]): readonly PlanProblem[] {
  return uncountedLimits(plan).map((one) => ({ ...one, pointer: `/${slug}${one.pointer}` }));
}

/** A problem of a plan in the words of an answer. */
export function planError({ pointer, problem, remedy }: PlanProblem): PlanError {
  return { pointer, detail: `${problem}; ${remedy}` };
}
