import { vi } from 'vitest';

/** Reactions are quick; this is for machines that are not. */
const TIMEOUT_MS = 20_000;

/** Looks again until the expectation holds: for what follows from an answer that was given before. */
export function eventually<Result>(expectation: () => Promise<Result>): Promise<Result> {
  return vi.waitFor(expectation, { timeout: TIMEOUT_MS });
}
