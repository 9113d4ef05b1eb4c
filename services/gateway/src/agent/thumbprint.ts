import { hash } from 'node:crypto';
import type { PublicKey } from './events.ts';

/** The name of a key, made of what it is: base64url of the SHA-256 of its members in their one order (RFC 7638). */
export function thumbprintOf({ crv, kty, x }: PublicKey): string {
  return hash('sha256', JSON.stringify({ crv, kty, x }), 'base64url');
}
