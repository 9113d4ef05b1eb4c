/** A clock that stands still until the test moves it. */
export interface ManualClock {
  /** Milliseconds since 1970. */
  nowMs(): number;
  /** Moves the clock forward. @throws RangeError for a negative step: ledger time never goes back. */
  advance(ms: number): void;
}

/** Where the clocks of tests begin unless they say otherwise: a Saturday noon. */
export const TEST_EPOCH = '2026-11-21T12:00:00.000Z';

/** A clock that shows `start` (RFC 3339). */
export function manualClock(start: string = TEST_EPOCH): ManualClock {
  let now = Date.parse(start);
  return {
    nowMs: () => now,
    advance(ms) {
      if (ms < 0) throw new RangeError(`a clock only moves forward, not by ${ms} ms`);
      now += ms;
    },
  };
}
