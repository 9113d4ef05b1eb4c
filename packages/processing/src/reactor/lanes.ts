import { createKeyedQueue } from '@countersign/event-store';

/** Tasks in order per subject, side by side across subjects, with a count that back-pressure can wait on. */
export interface Lanes {
  run<T>(subject: string, task: () => Promise<T>): Promise<T>;
  running(): number;
  /** Resolves when fewer than the limit are under way; at once if so. */
  belowLimit(): Promise<void> | undefined;
}

export function createLanes(limit: number): Lanes {
  const queue = createKeyedQueue();
  let running = 0;
  let waiting: (() => void)[] = [];
  const finished = () => {
    running -= 1;
    if (running >= limit || waiting.length === 0) return;
    const wake = waiting;
    waiting = [];
    for (const resume of wake) resume();
  };
  return {
    run(subject, task) {
      running += 1;
      const result = queue(subject, task);
      result.then(finished, finished);
      return result;
    },
    running: () => running,
    belowLimit: () => (running < limit ? undefined : new Promise((resolve) => waiting.push(resolve))),
  };
}
