/** Lower-case hyphenated text of 16 bytes. */
export function formatUuid(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, 16).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The 16 bytes of a UUID's text. @throws RangeError if it isn't one. */
export function parseUuid(text: string): Buffer {
  if (!UUID.test(text)) throw new RangeError(`not a UUID: ${text.slice(0, 60)}`);
  return Buffer.from(text.replaceAll('-', ''), 'hex');
}

export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Sets version and RFC 9562 variant bits in place. */
export function stamp(bytes: Buffer, version: 5 | 7 | 8): Buffer {
  bytes[6] = (bytes[6]! & 0x0f) | (version << 4);
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes;
}
