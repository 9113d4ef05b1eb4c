/** How often one may ask: so often on average, and a few times more where it has not asked for a while. */
export interface Pace {
  /** How long to wait before asking at `now`, in milliseconds; it counts as asked after that. */
  wait(now: number): number;
}

/** `burst`: how many may be asked at once. */
export function createPace(everyMs: number, burst: number): Pace {
  /** When what was asked would have been asked at an even pace. */
  let due = Number.NEGATIVE_INFINITY;
  return {
    wait(now) {
      const early = Math.max(0, due - (burst - 1) * everyMs - now);
      due = Math.max(due, now) + everyMs;
      return early;
    },
  };
}
