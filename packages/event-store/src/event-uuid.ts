import { createHash } from 'node:crypto';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether an id is a UUID in its usual spelling, lower case. */
export function isUuid(id: string): boolean {
  return UUID.test(id);
}

/**
 * An event's id for a store or protocol that takes only UUIDs: itself if it is one, else one made of it (as UUIDv5 is),
 * always the same. The event's metadata keep the id itself.
 */
export function eventUuid(id: string): string {
  if (isUuid(id)) return id;
  const bytes = createHash('sha1').update(`countersign:event:${id}`).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x50;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
