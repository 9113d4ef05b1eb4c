/** Runs tasks of one key one after another and those of different keys side by side. */
export function createKeyedQueue(): <T>(key: string, task: () => Promise<T>) => Promise<T> {
  /** The last task of each key that has one under way. */
  const tails = new Map<string, Promise<unknown>>();

  return (key, task) => {
    const previous = tails.get(key);
    const run = previous ? previous.then(task, task) : task();
    tails.set(key, run);
    const ended = () => {
      if (tails.get(key) === run) tails.delete(key);
    };
    // Before whoever waits for the task: when that goes on, the key is free.
    run.then(ended, ended);
    return run;
  };
}
