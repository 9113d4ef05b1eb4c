import { hash } from 'node:crypto';
import { formatUuid, parseUuid, stamp, UUID } from './uuid.ts';

/**
 * The id of the call that an idempotency key names: a UUIDv8 (RFC 9562 section 5.8) of the key's 48-bit
 * time prefix, if the key is a UUIDv7, else of its hash, and a hash of (organization, principal, key). So one key is
 * one call on any gateway, and keys that carry time make stream names that follow it.
 */
export function callIdFromKey(organization: string, principal: string, key: string): string {
  // The parts are length-prefixed, so that no two triples make the same text.
  const name = `${organization.length}:${organization}${principal.length}:${principal}${key}`;
  const bytes = Buffer.from(hash('sha256', name, 'buffer').subarray(0, 16));
  if (isUuidV7(key)) parseUuid(key).copy(bytes, 0, 0, 6);
  return formatUuid(stamp(bytes, 8));
}

function isUuidV7(key: string): boolean {
  return UUID.test(key) && key[14] === '7';
}
