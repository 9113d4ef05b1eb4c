/** One thing that is wrong with a plan: where (RFC 6901 JSON pointer), what, and what to write instead. */
export interface PlanProblem {
  readonly pointer: string;
  readonly problem: string;
  readonly remedy: string;
}

/** Takes one problem; parsing goes on, so that all of them come out at once. */
export type Report = (pointer: string, problem: string, remedy: string) => void;

/** A parsed value, or everything that is wrong with the input. */
export type Parsed<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problems: readonly PlanProblem[] };

/** Runs a parser with a fresh collection of problems; the value counts only if there were none. */
export function parsing<Value>(parse: (report: Report) => Value): Parsed<Value> {
  const problems: PlanProblem[] = [];
  const value = parse((pointer, problem, remedy) => problems.push({ pointer, problem, remedy }));
  return problems.length === 0 ? { ok: true, value } : { ok: false, problems };
}

/** The pointer of a member or element of what `pointer` names. */
export function at(pointer: string, key: string | number): string {
  return `${pointer}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
