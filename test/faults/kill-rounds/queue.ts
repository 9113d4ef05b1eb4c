import { type Errand, isDue } from './errand.ts';

/** Hands out errands: first those that a crash has interrupted or whose human answers now, then new ones. */
export interface ErrandQueue {
  /** The next to run; `null` when there is none. A client that was cut off hands its errand back by leaving it as it is. */
  next(): Errand | null;
}

/**
 * @param errands every errand there has been, to which the new ones are added
 * @param make a new errand, `null` when there shall be no more
 */
export function createQueue(errands: Errand[], round: number, make: () => Errand | null): ErrandQueue {
  const due = errands.filter((errand) => isDue(errand, round));
  return {
    next() {
      const waiting = due.shift();
      if (waiting) return waiting;
      const made = make();
      if (made) errands.push(made);
      return made;
    },
  };
}

/** Runs a queue with so many clients at a time, until it is empty or `run` says that the connection is lost. */
export async function runQueue(
  queue: ErrandQueue,
  clients: number,
  run: (errand: Errand) => Promise<'paused' | 'lost'>,
): Promise<void> {
  const client = async () => {
    for (let errand = queue.next(); errand; errand = queue.next()) {
      if ((await run(errand)) === 'lost') return;
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
}
