import { hash } from 'node:crypto';
import { formatUuid, parseUuid, stamp } from './uuid.ts';

/** Countersign's UUIDv5 namespace for events that react to events. */
const REACTIONS = parseUuid('5b9c6d0e-3f51-5c7a-9a55-0c7f5d2e8a11');

const ID_BYTES = 16;
const id = new Uint8Array(ID_BYTES);

/** Name-based id, RFC 9562 section 5.5. SHA-1 serves identity here, not security. */
export function uuidV5(namespace: Uint8Array, name: string): string {
  const input = Buffer.allocUnsafe(ID_BYTES + Buffer.byteLength(name));
  input.set(namespace);
  input.write(name, ID_BYTES);
  // As text of bytes: a digest in a buffer of its own costs three times as much as making it.
  const digest = hash('sha1', input, 'binary');
  for (let index = 0; index < ID_BYTES; index += 1) id[index] = digest.charCodeAt(index);
  return formatUuid(stamp(id, 5));
}

/**
 * The id of the `index`-th event that `handler` derives from the event with id `source`: a redelivered source makes the
 * same id, so it can't create a second fact.
 */
export function reactionId(source: string, handler: string, index: number): string {
  return uuidV5(REACTIONS, `${source}/${handler}/${index}`);
}
