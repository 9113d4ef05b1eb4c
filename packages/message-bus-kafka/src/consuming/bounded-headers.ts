import { createRequire } from 'node:module';

/** Most headers of a record that are handed on; a message of ours has less than twenty. */
export const MAX_HEADERS = 128;

interface Decoder {
  readVarIntArray<Element>(read: (decoder: Decoder) => Element): Element[];
}

const { prototype } = createRequire(import.meta.url)('kafkajs/src/protocol/decoder') as {
  readonly prototype: Decoder;
};
const readWhole = prototype.readVarIntArray;

/**
 * Reading the headers of a record takes the client time that grows with the square of their number: one record of 20,000
 * would stop the process for a minute. Whoever may write to a topic may write such a record, so the rest is left out
 * before the client looks at them. Headers are all that it reads in this way.
 */
prototype.readVarIntArray = function readBounded(read) {
  const all = readWhole.call(this, read) as ReturnType<typeof read>[];
  return all.length > MAX_HEADERS ? all.slice(0, MAX_HEADERS) : all;
};
