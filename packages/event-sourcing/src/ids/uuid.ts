const DIGITS = Buffer.from('0123456789abcdef', 'latin1');
/** Where the hyphens stand in a UUID's text. */
const HYPHENS = new Set([8, 13, 18, 23]);
/** Every text is written here first: several ids are made for each call, and one text is cheaper than nine pieces. */
const text = Buffer.alloc(36, '-', 'latin1');

/** Lower-case hyphenated text of the first 16 bytes. */
export function formatUuid(bytes: Uint8Array): string {
  let at = 0;
  for (let index = 0; index < 16; index += 1) {
    if (HYPHENS.has(at)) at += 1;
    const byte = bytes[index]!;
    text[at] = DIGITS[byte >> 4]!;
    text[at + 1] = DIGITS[byte & 0x0f]!;
    at += 2;
  }
  return text.toString('latin1');
}

/** The 16 bytes of a UUID's text. @throws RangeError if it isn't one. */
export function parseUuid(text: string): Buffer {
  if (!UUID.test(text)) throw new RangeError(`not a UUID: ${text.slice(0, 60)}`);
  return Buffer.from(text.replaceAll('-', ''), 'hex');
}

/** A UUID of any version (RFC 9562), in lower case. */
export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Sets version and RFC 9562 variant bits in place. */
export function stamp<Bytes extends Uint8Array>(bytes: Bytes, version: 5 | 7 | 8): Bytes {
  bytes[6] = (bytes[6]! & 0x0f) | (version << 4);
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes;
}
