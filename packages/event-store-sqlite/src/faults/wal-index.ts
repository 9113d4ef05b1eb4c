import { readFileSync } from 'node:fs';

/** What SQLite's shared index says about the write-ahead log. */
export interface WalIndex {
  readonly pageBytes: number;
  /** Frames of committed transactions. */
  readonly frames: number;
  /** The eight bytes that the log's own header must carry for these frames to count. */
  readonly salt: Buffer;
}

const HEADER_BYTES = 48;

/**
 * Reads the header of `<database>-shm` (SQLite, "WAL-index format", section 1). It stands there twice; the writer
 * changes the second copy first, so the second, if whole, is the newest.
 * @throws Error if neither copy is whole
 */
export function readWalIndex(file: string): WalIndex {
  const bytes = readFileSync(`${file}-shm`);
  for (const start of [HEADER_BYTES, 0]) {
    const header = bytes.subarray(start, start + HEADER_BYTES);
    if (header.length === HEADER_BYTES && isWhole(header)) {
      const pageBytes = header.readUInt16LE(14);
      return {
        pageBytes: pageBytes === 1 ? 65_536 : pageBytes,
        frames: header.readUInt32LE(16),
        salt: Buffer.from(header.subarray(32, 40)),
      };
    }
  }
  throw new Error(`${file}-shm holds no whole index of the write-ahead log`);
}

/** SQLite's checksum over the first 40 bytes; native byte order, which is little-endian wherever Node runs. */
function isWhole(header: Buffer): boolean {
  let first = 0;
  let second = 0;
  for (let at = 0; at < 40; at += 8) {
    first = (first + header.readUInt32LE(at) + second) >>> 0;
    second = (second + header.readUInt32LE(at + 4) + first) >>> 0;
  }
  return first === header.readUInt32LE(40) && second === header.readUInt32LE(44);
}
