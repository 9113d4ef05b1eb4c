import { uuidV7 } from '@countersign/event-sourcing';
import { seededRandom } from './seeded-random.ts';

/** Ids that are the same in every run. */
export interface SeededIds {
  /** A new time-ordered id (UUIDv7). */
  next(): string;
}

/** UUIDv7s out of a clock and a seed; each is greater than the one before while the clock does not go back. */
export function seededIds(clock: { nowMs(): number }, seed = 1): SeededIds {
  const random = seededRandom(seed);
  let minted = 0;
  return {
    next() {
      minted++;
      const tail = random.bytes(10);
      // The first 12 random bits, and the next byte, count up: ids of one millisecond keep their order.
      tail.set([(minted >> 16) & 0x0f, (minted >> 8) & 0xff], 0);
      tail[2] = (minted & 0xff) >> 2;
      tail[3] = ((minted & 0x03) << 6) | ((tail[3] ?? 0) & 0x3f);
      return uuidV7(clock.nowMs(), tail);
    },
  };
}
