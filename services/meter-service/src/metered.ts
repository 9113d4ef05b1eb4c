/** The counters that a call is brought to: one call, and its cost in micro-units. */
export const METERED = ['tool_calls', 'tool_cost'] as const;

/** Whether a counter of a plan is counted at all; the others of the grammar have no use that could be told. */
export function isMetered(key: string): boolean {
  return METERED.some((metered) => metered === key);
}

/** The categories of traffic that a call falls into. */
export const THROTTLED = ['tool_calls'] as const;
