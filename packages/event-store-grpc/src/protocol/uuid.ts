import { createHash } from 'node:crypto';
import type { Uuid } from './messages.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The id of an event for the protocol: itself if it is a UUID, else one made of it (as UUIDv5 is), always the same. */
export function uuidOf(id: string): string {
  if (UUID.test(id)) return id;
  const bytes = createHash('sha1').update(`countersign:event:${id}`).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x50;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return fromHex(bytes.toString('hex'));
}

/** The text of a UUID in either form that clients send, in lower case; `null` for what is none. */
export function readUuid(uuid: Uuid | undefined): string | null {
  if (uuid?.string !== undefined) {
    const text = uuid.string.toLowerCase();
    return UUID.test(text) ? text : null;
  }
  if (!uuid?.structured) return null;
  const { mostSignificantBits = '0', leastSignificantBits = '0' } = uuid.structured;
  const half = (bits: string) => BigInt.asUintN(64, BigInt(bits)).toString(16).padStart(16, '0');
  return fromHex(half(mostSignificantBits) + half(leastSignificantBits));
}

function fromHex(hex: string): string {
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
