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

/** Redeemed calls that make a tool a common one of a user. */
export const COMMON_USES = 5;
/** In which they must lie: 30 days, in milliseconds. */
export const COMMON_WINDOW_MS = 30 * 24 * 60 * 60 * 1000;
/** Successes that make a repeated pattern. */
export const PATTERN_SUCCESSES = 3;
/** Over which `frequency` counts. */
export const FREQUENCY_SECONDS = 60;

const keyed = (name: string): ViewDefinition => ({ name, columns: {}, indexes: [] });

/** One row for each user and tool. */
export const usesView = keyed('tool-uses.v1');
/** One row for each user and UTC day. */
export const daysView = keyed('user-days.v1');
/** One row for each agent, tool and shape of arguments. */
export const patternsView = keyed('call-patterns.v1');

/** Key of a row of `usesView`. */
export const useKey = (organization: string, user: string, tool: string) => `${organization}/${user}/${tool}`;
/** Key of a row of `daysView`; `time` is RFC 3339 UTC. */
export const dayKey = (organization: string, user: string, time: string) =>
  `${organization}/${user}/${time.slice(0, 10)}`;
/** Key of a row of `patternsView`. */
export const patternKey = (organization: string, agent: string, tool: string, shape: string) =>
  `${organization}/${agent}/${tool}/${shape}`;

/** Of a user who never had to do with the tool. */
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
