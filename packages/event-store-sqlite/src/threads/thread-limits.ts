/**
 * Heap of a thread in MB. What passes through dies young: a larger nursery costs memory and saves no time (measured).
 * The old generation holds at most two groups of the backlog's bytes, or one reply.
 */
export const THREAD_LIMITS = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 256 } as const;
