import { createHash } from 'node:crypto';
import type Database from 'better-sqlite3';
import type { OnProgress } from './job.ts';

/** Enough to see what is wrong; a damaged file may have millions. */
export const MAX_PROBLEMS = 20;
/** Events between two reports of progress. */
const REPORT_EVERY = 10_000;

/** Reads all events in order: positions 1, 2, 3 ... without a hole, bodies that are JSON; and their digest. */
export function checkOrder(db: Database.Database, problems: string[], onProgress: OnProgress) {
  const total = Number(db.prepare('SELECT count(*) FROM events').pluck().get());
  const rows = db
    .prepare<[], [number, string, number, string, string, string, string, number]>(
      `SELECT position, stream, version, id, type, organization, body, json_valid(body) FROM events ORDER BY position`,
    )
    .raw()
    .iterate() as Iterable<[number, string, number, string, string, string, string, number]>;
  const hash = createHash('sha256');
  let events = 0;
  let text = '';
  for (const row of rows) {
    events += 1;
    const [position, stream, , , , , , valid] = row;
    if (position !== events) report(problems, `position ${events} is missing; the next one is ${position}`);
    if (!valid) report(problems, `the event at position ${position} (${stream}) is not JSON`);
    if (problems.length >= MAX_PROBLEMS) break;
    text += `${JSON.stringify(row.slice(0, 7))}\n`;
    if (events % 256 === 0) {
      hash.update(text);
      text = '';
    }
    if (events % REPORT_EVERY === 0) onProgress({ stage: 'read', done: events, total });
  }
  onProgress({ stage: 'read', done: events, total });
  return { events, digest: hash.update(text).digest('hex') };
}

/** Walks the index of streams: versions 1, 2, 3 ... without a hole, in the order of their positions. */
export function checkStreams(db: Database.Database, problems: string[]): number {
  const rows = db
    .prepare<[], [string, number, number]>(
      'SELECT stream, version, position FROM events INDEXED BY events_by_stream ORDER BY stream, version',
    )
    .raw()
    .iterate() as Iterable<[string, number, number]>;
  let streams = 0;
  let current = '';
  let lastVersion = 0;
  let lastPosition = 0;
  for (const [stream, version, position] of rows) {
    if (streams === 0 || stream !== current) {
      streams += 1;
      current = stream;
      lastVersion = 0;
      lastPosition = 0;
    }
    if (version !== lastVersion + 1) {
      report(problems, `${stream} has version ${version} after ${lastVersion}`);
    }
    if (position <= lastPosition) {
      report(
        problems,
        `${stream} has version ${version} at position ${position}, before version ${lastVersion}`,
      );
    }
    if (problems.length >= MAX_PROBLEMS) break;
    lastVersion = version;
    lastPosition = position;
  }
  return streams;
}

/** Adds a problem, as long as there is room: a broken ledger has as many as events. */
export function report(problems: string[], problem: string): void {
  if (problems.length < MAX_PROBLEMS) problems.push(problem);
}
