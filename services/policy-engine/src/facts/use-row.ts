import type { ViewDefinition, ViewRow } from '@countersign/processing';

/**
 * What one user did with one tool. The facts of `call/1` that it answers, at the time `t` of a command:
 *
 * - `first_use`: no redeemed call before;
 * - `common_tool`: at least 5 redeemed calls in the 30 days before `t`;
 * - `frequency`: intents announced in the minute before `t`, by whole seconds, the present one included.
 */
export interface UseRow extends ViewRow {
  /** Times of the last redeemed calls, ms since 1970, oldest first; at most `COMMON_USES`. */
  readonly redeemed: readonly number[];
  /** Second (since 1970) of the first entry of `intents`. */
  readonly since: number;
  /** Intents per second, from `since` on; at most `FREQUENCY_SECONDS` entries. */
  readonly intents: readonly number[];
  readonly position: number;
}

/** What one user did on one UTC day: `daily_calls` counts redeemed calls with any tool. */
export interface DayRow extends ViewRow {
  readonly calls: number;
  readonly position: number;
}

/**
 * How often one agent called one tool with one shape of arguments and succeeded: `repeated_pattern` needs 3.
 * The shape is a keyed digest of the argument names, so it outlives the erasure of the arguments.
 */
export interface PatternRow extends ViewRow {
  readonly succeeded: number;
  readonly position: number;
}

export const COMMON_USES = 5;
export const COMMON_WINDOW_MS = 30 * 24 * 60 * 60 * 1000;
export const PATTERN_SUCCESSES = 3;
export const FREQUENCY_SECONDS = 60;

const keyed = (name: string): ViewDefinition => ({ name, columns: {}, indexes: [] });

export const usesView = keyed('tool-uses.v1');
export const daysView = keyed('user-days.v1');
export const patternsView = keyed('call-patterns.v1');

export const useKey = (organization: string, user: string, tool: string) => `${organization}/${user}/${tool}`;
export const dayKey = (organization: string, user: string, time: string) =>
  `${organization}/${user}/${time.slice(0, 10)}`;
export const patternKey = (organization: string, agent: string, tool: string, shape: string) =>
  `${organization}/${agent}/${tool}/${shape}`;

export const NO_USE: UseRow = { redeemed: [], since: 0, intents: [], position: 0 };

/** The row after one more intent at `timeMs`. */
export function withIntent(row: UseRow, timeMs: number, position: number): UseRow {
  const second = Math.floor(timeMs / 1000);
  const drop = Math.max(0, second - FREQUENCY_SECONDS + 1 - row.since);
  const fresh = row.intents.length === 0 || drop >= row.intents.length;
  const since = fresh ? second : row.since + drop;
  const intents = fresh ? [] : row.intents.slice(drop);
  const at = Math.max(0, second - since);
  while (intents.length <= at) intents.push(0);
  intents[at] = (intents[at] ?? 0) + 1;
  return { ...row, since, intents, position };
}

/** Intents in the minute that ends with the second of `timeMs`. */
export function frequencyAt(row: UseRow, timeMs: number): number {
  const second = Math.floor(timeMs / 1000);
  let sum = 0;
  for (let index = 0; index < row.intents.length; index += 1) {
    const age = second - (row.since + index);
    if (age >= 0 && age < FREQUENCY_SECONDS) sum += row.intents[index] ?? 0;
  }
  return sum;
}
