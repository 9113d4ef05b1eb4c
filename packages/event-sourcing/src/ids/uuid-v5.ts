import { hash } from 'node:crypto';
import { formatUuid, parseUuid, stamp } from './uuid.ts';

/** Countersign's UUIDv5 namespace for events that react to events. */
const REACTIONS = parseUuid('5b9c6d0e-3f51-5c7a-9a55-0c7f5d2e8a11');

/** Name-based id, RFC 9562 section 5.5. SHA-1 serves identity here, not security. */
export function uuidV5(namespace: Uint8Array, name: string): string {
  const digest = hash('sha1', Buffer.concat([namespace, Buffer.from(name)]), 'buffer');
  return formatUuid(stamp(digest.subarray(0, 16), 5));
}

/**
 * The id of the `index`-th event that `handler` derives from the event with id `source`: a redelivered source makes the
 * same id, so it can't create a second fact.
 */
export function reactionId(source: string, handler: string, index: number): string {
  return uuidV5(REACTIONS, `${source}/${handler}/${index}`);
}
