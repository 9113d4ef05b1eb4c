/**
 * Runs tasks of one key one after another and those of different keys side by side. Nothing of a task is kept under its
 * key: each old table of a map leads to the next one, so that one that has grown old keeps alive what came after it.
 */
export function createKeyedQueue(): <T>(key: string, task: () => Promise<T>) => Promise<T> {
  /** The keys that have a task under way, with what begins the next one, in order. */
  const waiting = new Map<string, (() => void)[] | null>();

  const end = (key: string): void => {
    const begin = waiting.get(key)?.shift();
    if (begin) begin();
    else waiting.delete(key);
  };
  return (key, task) => {
    const before = waiting.get(key);
    if (before === undefined) waiting.set(key, null);
    const run = before === undefined ? task() : turn(waiting, key).then(task);
    const ended = () => end(key);
    // Before whoever waits for the task: when that goes on, the key is free.
    run.then(ended, ended);
    return run;
  };
}

/** Resolves when the tasks in front have ended. */
function turn(waiting: Map<string, (() => void)[] | null>, key: string): Promise<void> {
  return new Promise((begin) => {
    const line = waiting.get(key);
    if (line) line.push(begin);
    else waiting.set(key, [begin]);
  });
}
