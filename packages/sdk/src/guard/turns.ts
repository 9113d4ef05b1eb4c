/** Lets the calls of one key happen one after another, in the order in which they came. */
export interface Turns {
  /** Starts `work` when all earlier ones of the key are over, or when the signal aborts: it must look at that first. */
  take<Result>(key: string, signal: AbortSignal | undefined, work: () => Promise<Result>): Promise<Result>;
}

/** Turns in this process alone: what other processes do with a key, they do not know. */
export function createTurns(): Turns {
  const tails = new Map<string, Promise<void>>();
  return {
    async take(key, signal, work) {
      const before = tails.get(key) ?? Promise.resolve();
      let leave = (): void => {};
      const gone = new Promise<void>((resolve) => {
        leave = resolve;
      });
      const tail = before.then(() => gone);
      tails.set(key, tail);
      tail.then(() => tails.get(key) === tail && tails.delete(key));
      try {
        await firstOf(before, signal);
        return await work();
      } finally {
        leave();
      }
    },
  };
}

function firstOf(before: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return before;
  return new Promise((resolve) => {
    const go = (): void => {
      signal.removeEventListener('abort', go);
      resolve();
    };
    signal.addEventListener('abort', go);
    if (signal.aborted) go();
    // What came before does not reject.
    void before.then(go);
  });
}
