import { setImmediate as nextTurn } from 'node:timers/promises';

/** The result of work that stops in between; wherever it stops, everything else that waits has its turn. */
export async function besideOthers<Result>(work: Generator<undefined, Result, undefined>): Promise<Result> {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    await nextTurn();
  }
}
