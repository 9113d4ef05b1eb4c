import type { Parsed } from '../plan/problem.ts';

/** Where the problems are, in order; none of a value that was read. */
export function pointersOf(parsed: Parsed<unknown>): readonly string[] {
  return parsed.ok ? [] : parsed.problems.map(({ pointer }) => pointer);
}

/** The value, of what has to be right. */
export function valueIn<Value>(parsed: Parsed<Value>): Value {
  if (parsed.ok) return parsed.value;
  throw new Error(
    parsed.problems.map(({ pointer, problem, remedy }) => `${pointer} ${problem}; ${remedy}`).join('\n'),
  );
}
