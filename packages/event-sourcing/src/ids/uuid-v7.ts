import { formatUuid, stamp } from './uuid.ts';

const RANDOM_BYTES = 10;

/**
 * A time-ordered id (RFC 9562 section 5.7) out of a time in ms since 1970 and 10 random bytes, both given: the edge
 * has the clock and the randomness, this stays pure.
 * @throws RangeError for fewer random bytes or a time that 48 bits can't hold: ids must not collide silently
 */
export function uuidV7(nowMs: number, random: Uint8Array): string {
  if (random.length < RANDOM_BYTES)
    throw new RangeError(`${random.length} random bytes, ${RANDOM_BYTES} needed`);
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(nowMs, 0, 6);
  bytes.set(random.subarray(0, RANDOM_BYTES), 6);
  return formatUuid(stamp(bytes, 7));
}
