/** The few types of DER that a certificate is made of. */
export function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  const bytes = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...bytes]), content]);
}

/** SEQUENCE. */
export const sequence = (...contents: readonly Buffer[]) => der(0x30, ...contents);
/** SET. */
export const set = (...contents: readonly Buffer[]) => der(0x31, ...contents);
/** Tagged `[number]` by its context. */
export const tagged = (number: number, ...contents: readonly Buffer[]) => der(0xa0 + number, ...contents);
/** OCTET STRING. */
export const octets = (content: Buffer) => der(0x04, content);
/** BIT STRING. @param unused bits of the last byte that do not count. */
export const bits = (content: Buffer, unused = 0) => der(0x03, Buffer.from([unused]), content);
/** UTF8String. */
export const text = (content: string) => der(0x0c, Buffer.from(content));
/** BOOLEAN true. */
export const yes = () => der(0x01, Buffer.from([0xff]));

/** A number of at most 127, or the bytes of one that is not negative. */
export function integer(value: number | Buffer): Buffer {
  return der(0x02, typeof value === 'number' ? Buffer.from([value]) : value);
}

/** `20260301120000Z`: every year of four digits. */
export function time(at: Date): Buffer {
  return der(0x18, Buffer.from(`${at.toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)}Z`));
}

/** OBJECT IDENTIFIER. */
export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const groups = [arc & 0x7f];
    for (let left = arc >> 7; left > 0; left >>= 7) groups.unshift((left & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return der(0x06, Buffer.from(bytes));
}
