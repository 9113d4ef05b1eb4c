import { createRequire } from 'node:module';
import type { IHeaders } from 'kafkajs';

/** Most headers of a record that are handed on; a message of ours has less than twenty. */
export const MAX_HEADERS = 128;

/** One header as the client reads it. A value may be absent. */
interface Header {
  readonly key: string;
  readonly value: Buffer;
}

interface Decoder {
  readVarIntArray(read: (decoder: Decoder) => Header): Pick<Header[], 'length' | 'reduce'>;
}

const { prototype } = createRequire(import.meta.url)('kafkajs/src/protocol/decoder') as {
  readonly prototype: Decoder;
};
const readWhole = prototype.readVarIntArray as (read: (decoder: Decoder) => Header) => Header[];

/**
 * The client folds the headers of a record into a plain object, in time that grows with the square of their number: one
 * record of 20,000 would stop the process for a minute, and one with a header named `toString` would be handed on with what
 * every object inherits by that name. Whoever may write to a topic may write such a record. So they are folded here: no more
 * than is handed on, into an object that inherits nothing. Headers are all that it reads in this way.
 */
prototype.readVarIntArray = function readHeaders(read) {
  const kept = readWhole.call(this, read).slice(0, MAX_HEADERS);
  return Object.assign(kept, { reduce: () => headersOf(kept) });
};

function headersOf(list: readonly Header[]): IHeaders {
  const headers: Record<string, Buffer | Buffer[]> = Object.create(null);
  for (const { key, value } of list) {
    const before = headers[key];
    headers[key] = before === undefined ? value : [before, value].flat();
  }
  return headers;
}
