import type { Wait } from '../reactor/attempts.ts';

/** A clock and a wait that the spec moves: nothing waits in real time. */
export interface ManualWait {
  readonly wait: Wait;
  readonly now: () => number;
  /** Delays that were asked for, in order. */
  readonly delays: readonly number[];
  /** Resolves when somebody waits; moves the clock by its delay and lets it go on. */
  pass(): Promise<void>;
  /** Resolves when somebody waits. */
  waiting(): Promise<void>;
}

/** A clock that stands still until the spec moves it; it begins on 1 November 2026. */
export function createManualWait(): ManualWait {
  let time = Date.UTC(2026, 10, 1);
  const delays: number[] = [];
  const sleepers: { ms: number; resolve: () => void }[] = [];
  let arrived = Promise.withResolvers<void>();
  const waiting = async () => {
    if (sleepers.length === 0) await arrived.promise;
  };
  return {
    wait: (ms, signal) =>
      new Promise((resolve) => {
        delays.push(ms);
        sleepers.push({ ms, resolve });
        signal.addEventListener('abort', () => resolve(), { once: true });
        arrived.resolve();
      }),
    now: () => time,
    delays,
    waiting,
    async pass() {
      await waiting();
      arrived = Promise.withResolvers();
      for (const { ms, resolve } of sleepers.splice(0)) {
        time += ms;
        resolve();
      }
    },
  };
}
