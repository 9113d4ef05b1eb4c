import { isUuid } from '@countersign/event-store';
import type { Uuid } from './messages.ts';

/** The text of a UUID in either form that clients send, in lower case; `null` for what is none. */
export function readUuid(uuid: Uuid | undefined): string | null {
  if (uuid?.string !== undefined) {
    const text = uuid.string.toLowerCase();
    return isUuid(text) ? text : null;
  }
  if (!uuid?.structured) return null;
  const { mostSignificantBits = '0', leastSignificantBits = '0' } = uuid.structured;
  const half = (bits: string) => BigInt.asUintN(64, BigInt(bits)).toString(16).padStart(16, '0');
  const hex = half(mostSignificantBits) + half(leastSignificantBits);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
