import { createHash } from 'node:crypto';
import type { Position } from '@countersign/event-store';
import { isHandover } from './handover.ts';
import { pairsOf, type ReadableLedger, textOf } from './pairs.ts';

/** What a complete reading of both ledgers has shown. */
export interface Comparison {
  readonly source: Counts;
  readonly target: Counts;
  /** What is different, the first of it. */
  readonly problems: readonly string[];
  /** Where events of the source stand in the target, of the positions that were asked for. */
  readonly positions: ReadonlyMap<Position, Position>;
  /** Ids of the data keys under which something is sealed. */
  readonly keys: ReadonlySet<string>;
}

interface Counts {
  readonly events: number;
  readonly streams: number;
  /** SHA-256 over all events in their order, positions aside, in hex. */
  readonly digest: string;
}

/** A damaged copy may have millions. */
const MOST_PROBLEMS = 20;

/** Reads both completely and compares every event: stream, version, type, id, all metadata, data, what is sealed, order. */
export async function compareLedgers(
  source: ReadableLedger,
  target: ReadableLedger,
  wanted: ReadonlySet<Position>,
  onProgress: (done: number) => void,
): Promise<Comparison> {
  const [left, right] = [createCount(), createCount()];
  const problems: string[] = [];
  const positions = new Map<Position, Position>();
  const keys = new Set<string>();
  let read = 0;
  for await (const [event, copy] of pairsOf(source, target)) {
    if (!event && copy && isHandover(copy)) continue;
    const [one, other] = [event && textOf(event), copy && textOf(copy)];
    if (event) left.add(event.version, one ?? '');
    if (copy) right.add(copy.version, other ?? '');
    read += 1;
    onProgress(read);
    const place = `event ${read}, ${(event ?? copy)?.stream} version ${(event ?? copy)?.version}`;
    if (one !== other && problems.length < MOST_PROBLEMS)
      problems.push(`${place}: ${copy ? (event ? 'is another' : 'is in the target alone') : 'is missing'}`);
    // Epochs of kill switches are positions that were recorded: they must never be ahead of those to come.
    if (event && copy && copy.position < event.position && problems.length < MOST_PROBLEMS)
      problems.push(`${place}: stands at ${copy.position}, before its position in the source`);
    if (event && copy && wanted.has(event.position)) positions.set(event.position, copy.position);
    if (event?.sealed) keys.add(event.sealed.key);
  }
  return { source: left.counts(), target: right.counts(), problems, positions, keys };
}

function createCount() {
  const hash = createHash('sha256');
  let events = 0;
  let streams = 0;
  return {
    add(version: number, text: string): void {
      events += 1;
      if (version === 1) streams += 1;
      hash.update(`${text}\n`);
    },
    counts: (): Counts => ({ events, streams, digest: hash.digest('hex') }),
  };
}
