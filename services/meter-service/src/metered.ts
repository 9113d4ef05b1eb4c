/** The counters that a call is brought to: one call, and its cost in micro-units. */
export const METERED = ['tool_calls', 'tool_cost'] as const;

/** The categories of traffic that a call falls into. */
export const THROTTLED = ['tool_calls'] as const;
