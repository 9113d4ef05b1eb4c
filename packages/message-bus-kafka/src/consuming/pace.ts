/** How often one may ask: so often on average, and a few times more where it has not asked for a while. */
export interface Pace {
  /** How long to wait before asking at `now`, in milliseconds; it counts as asked after that. */
  wait(now: number): number;
  /** What was asked for has come, `records` of it. */
  brought(records: number): void;
}

/** In milliseconds; `burst`: how many may be asked at once. */
export interface PaceOptions {
  readonly everyMs: number;
  readonly burst: number;
  /** Where so many records came at once, more come together: the next is asked for after this time alone. */
  readonly many?: { readonly records: number; readonly everyMs: number };
}

/** Asks for a record that somebody waits for at once, and for a stream of them rarely. */
export function createPace({ everyMs, burst, many }: PaceOptions): Pace {
  const ahead = (burst - 1) * everyMs;
  /** When what was asked would have been asked at an even pace. */
  let due = Number.NEGATIVE_INFINITY;
  let asked = Number.NEGATIVE_INFINITY;
  return {
    wait(now) {
      const early = Math.max(0, due - ahead - now);
      asked = now + early;
      due = Math.max(due, now) + everyMs;
      return early;
    },
    brought(records) {
      if (many && records >= many.records) due = Math.max(due, asked + many.everyMs + ahead);
    },
  };
}
