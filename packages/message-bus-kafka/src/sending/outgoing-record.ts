import type { IHeaders } from 'kafkajs';

/** A record as it is to be written. */
export interface OutgoingRecord {
  readonly topic: string;
  /** Chosen by the key if absent. */
  readonly partition?: number;
  readonly key: string | Buffer | null;
  readonly value: string | Buffer | null;
  readonly headers: IHeaders;
}

/**
 * Roughly what a record takes in a request.
 * @throws TypeError for a record that the client can not write: one with a header without a value
 */
export function sizeOf({ key, value, headers }: OutgoingRecord): number {
  let size = length(key) + length(value);
  for (const [name, header] of Object.entries(headers))
    for (const one of [header].flat())
      size += Buffer.byteLength(name) + Buffer.byteLength(one as string | Buffer);
  return size;
}

function length(bytes: string | Buffer | null): number {
  return bytes === null ? 0 : Buffer.byteLength(bytes);
}
