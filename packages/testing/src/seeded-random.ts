/** Randomness that is the same in every run: for a test that must be able to tell what it saw. */
export interface SeededRandom {
  /** An unsigned 32-bit integer. */
  next(): number;
  /** An integer from 0 up to, not including, `bound`. */
  below(bound: number): number;
  bytes(count: number): Uint8Array;
}

/** A splitmix32 sequence: small, well spread, and not for secrets. */
export function seededRandom(seed: number): SeededRandom {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
  return {
    next,
    below: (bound) => Math.floor((next() / 2 ** 32) * bound),
    bytes: (count) => Uint8Array.from({ length: count }, () => next() >>> 24),
  };
}
