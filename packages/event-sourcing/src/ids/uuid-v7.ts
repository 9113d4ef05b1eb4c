import { formatUuid, stamp } from './uuid.ts';

/**
 * A time-ordered id (RFC 9562 section 5.7) out of a time in ms since 1970 and 10 random bytes, both given: the edge
 * has the clock and the randomness, this stays pure.
 */
export function uuidV7(nowMs: number, random: Uint8Array): string {
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(nowMs, 0, 6);
  bytes.set(random.subarray(0, 10), 6);
  return formatUuid(stamp(bytes, 7));
}
