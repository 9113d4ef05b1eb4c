import { setMaxListeners } from 'node:events';
import { setTimeout } from 'node:timers/promises';

const FIRST_MS = 50;
const MOST_MS = 5_000;

/** How long to wait before attempt `attempt` (from 0): doubled each time, bounded, and spread over its upper half. */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  const most = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(attempt, 16));
  return most / 2 + (random() * most) / 2;
}

/** Waits; says whether the time has passed, `false` if it was given up before. */
export async function pause(ms: number, givenUp: AbortSignal): Promise<boolean> {
  return setTimeout(ms, true, { signal: givenUp }).catch(() => false);
}

/** A way to give up that any number may wait for. */
export function createGiveUp(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}
