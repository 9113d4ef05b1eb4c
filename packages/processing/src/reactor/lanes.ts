import { createKeyedQueue } from '@countersign/event-store';

/** Tasks in order per subject, side by side across subjects, with a bound that back-pressure can wait on. */
export interface Lanes {
  run<T>(subject: string, task: () => Promise<T>): Promise<T>;
  /** Resolves when fewer than the limit are under way; `undefined` if so. */
  belowLimit(): Promise<void> | undefined;
  /** Resolves when none is under way; `undefined` if so. */
  idle(): Promise<void> | undefined;
}

/** Lanes in which at most `limit` tasks are under way. */
export function createLanes(limit: number): Lanes {
  const queue = createKeyedQueue();
  let running = 0;
  let waiting: { below: number; resolve: () => void }[] = [];
  const below = (count: number): Promise<void> | undefined =>
    running < count ? undefined : new Promise((resolve) => waiting.push({ below: count, resolve }));
  const finished = () => {
    running -= 1;
    if (waiting.length === 0) return;
    const due = waiting.filter((waiter) => running < waiter.below);
    waiting = waiting.filter((waiter) => running >= waiter.below);
    for (const waiter of due) waiter.resolve();
  };
  return {
    run(subject, task) {
      running += 1;
      const result = queue(subject, task);
      result.then(finished, finished);
      return result;
    },
    belowLimit: () => below(limit),
    idle: () => below(1),
  };
}
