import { randomFillSync } from 'node:crypto';
import { uuidV7 } from '@countersign/event-sourcing';
import type { Clock, Ids } from '@countersign/service';

/** Random bytes of one UUIDv7, and of how many at once: asking the system for few bytes costs as much as for many. */
const ID_BYTES = 10;
const POOLED_IDS = 400;

/** Time-ordered ids; the randomness is drawn ahead. */
export function createIds(clock: Clock): Ids {
  const pool = Buffer.alloc(ID_BYTES * POOLED_IDS);
  let used = POOLED_IDS;
  return {
    next() {
      if (used === POOLED_IDS) {
        randomFillSync(pool);
        used = 0;
      }
      const from = used * ID_BYTES;
      used += 1;
      return uuidV7(clock.nowMs(), pool.subarray(from, from + ID_BYTES));
    },
  };
}
