import { vi } from 'vitest';

/** Brokers elect leaders, groups deal partitions, processes start: on a machine that does much else as well. */
const TIMEOUT_MS = 150_000;
const LOOK_EVERY_MS = 250;

/** Looks again until the expectation holds: for what a whole cluster takes its time with. */
export function patiently<Result>(expectation: () => Promise<Result>): Promise<Result> {
  return vi.waitFor(expectation, { timeout: TIMEOUT_MS, interval: LOOK_EVERY_MS });
}
