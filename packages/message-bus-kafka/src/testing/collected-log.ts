import type { ClientLog } from '../client-log.ts';

/** Keeps the words of each level. */
export function collectedLog() {
  const lines = { error: [] as string[], warn: [] as string[], debug: [] as string[] };
  const keep = (level: keyof typeof lines) => (detail: object, text: string) =>
    void lines[level].push(`${text} ${JSON.stringify(detail)}`);
  const log: ClientLog = { error: keep('error'), warn: keep('warn'), debug: keep('debug') };
  return { lines, log };
}
