import { hash } from 'node:crypto';
import { formatUuid, parseUuid, stamp } from './uuid.ts';

/** Countersign's UUIDv5 namespace for events that react to events. */
const REACTIONS = parseUuid('5b9c6d0e-3f51-5c7a-9a55-0c7f5d2e8a11').toString('latin1');

/**
 * The id of the `index`-th event that `handler` derives from `source`: a redelivered source makes the same id, so it
 * can't create a second fact. RFC 9562 section 5.5 (name-based, SHA-1: identity, not security).
 */
export function reactionId(source: string, handler: string, index: number): string {
  const digest = hash('sha1', Buffer.from(`${REACTIONS}${source}/${handler}/${index}`, 'latin1'), 'buffer');
  return formatUuid(stamp(digest.subarray(0, 16), 5));
}
