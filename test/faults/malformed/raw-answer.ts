/** An answer as it came over the connection. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
  /** The server keeps the connection open for the next request. */
  readonly keepsAlive: boolean;
}

/** Reads the first whole answer in what was received, `null` while it is not whole. HEAD has no body. */
export function readAnswer(received: Buffer, isHead: boolean): RawAnswer | null {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const [statusLine = '', ...lines] = received.toString('latin1', 0, end).split('\r\n');
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
    }),
  );
  const length = isHead ? 0 : Number(headers.get('content-length') ?? 0);
  const start = end + 4;
  if (received.length < start + length) return null;
  return {
    status: Number(statusLine.split(' ')[1]),
    headers,
    body: received.toString('utf8', start, start + length),
    keepsAlive: headers.get('connection')?.toLowerCase() !== 'close',
  };
}
