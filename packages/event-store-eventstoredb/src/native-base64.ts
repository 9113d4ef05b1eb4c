import { createRequire } from 'node:module';

/**
 * The client makes base64 of an event's data, and the messages it generates make bytes of that again, twice, with a function
 * of JavaScript that is called for each character: the dearest part of an append. Node does the same natively.
 */
const ofClient = createRequire(createRequire(import.meta.url).resolve('@eventstore/db-client'));
const { Message } = ofClient('google-protobuf') as {
  readonly Message: { bytesAsU8(value: string | Uint8Array | null): Uint8Array | null };
};

Message.bytesAsU8 = (value) => (typeof value === 'string' ? Buffer.from(value, 'base64') : value);
