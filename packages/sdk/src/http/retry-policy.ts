/** How often and how long a request is tried. All times in milliseconds. */
export interface RetryPolicy {
  /** Attempts in all, the first included. */
  readonly attempts: number;
  /** Mean pause before the second attempt; it doubles with every further one. */
  readonly baseDelayMs: number;
  /** Longest pause that is not asked for by `Retry-After`. */
  readonly maxDelayMs: number;
  /** Longest time for one attempt, from the connection to the last byte. */
  readonly attemptTimeoutMs: number;
  /** No attempt begins later than this after the first one began. */
  readonly totalMs: number;
}

/** Rides out a restart of a few seconds, and begins no attempt later than half a minute after the first. */
export const DEFAULT_RETRY_POLICY: RetryPolicy = {
  attempts: 5,
  baseDelayMs: 100,
  maxDelayMs: 5_000,
  attemptTimeoutMs: 10_000,
  totalMs: 30_000,
};

/**
 * The pause before the next attempt: exponential, from half to one and a half of the mean so that clients do not
 * march in step, and never less than the server asked for.
 *
 * @param failures attempts that failed so far, at least 1.
 * @param random in [0, 1).
 */
export function pauseBefore(
  policy: RetryPolicy,
  failures: number,
  retryAfterMs: number,
  random: number,
): number {
  const mean = Math.min(policy.baseDelayMs * 2 ** (failures - 1), policy.maxDelayMs);
  return Math.max(Math.min(mean * (0.5 + random), policy.maxDelayMs), retryAfterMs);
}
