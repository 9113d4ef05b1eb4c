import { randomFillSync } from 'node:crypto';

/** Bytes drawn from the system at once: one call costs 2 us, whether for 12 bytes or for this many. */
const POOL_BYTES = 8192;

/** Random bytes out of a pool. Every byte is handed out once; the answer is a view that nobody writes to. */
export function createRandomPool(): (bytes: number) => Buffer {
  let pool = Buffer.alloc(0);
  let used = 0;
  return (bytes) => {
    if (used + bytes > pool.length) {
      pool = randomFillSync(Buffer.alloc(Math.max(POOL_BYTES, bytes)));
      used = 0;
    }
    used += bytes;
    return pool.subarray(used - bytes, used);
  };
}
