/** Takes what a logger writes, for a test to look into: `createLogger({ …, destination: logs })`. */
export interface CollectedLogs {
  write(line: string): void;
  /** Everything that was written, as it was: to search for what must not be there. */
  text(): string;
  /** Every record, parsed. */
  records(): readonly Readonly<Record<string, unknown>>[];
}

/** An empty collection. */
export function collectLogs(): CollectedLogs {
  const lines: string[] = [];
  return {
    write: (line) => void lines.push(line),
    text: () => lines.join(''),
    records: () => lines.map((line) => JSON.parse(line)),
  };
}
