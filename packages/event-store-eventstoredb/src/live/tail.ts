import { categoryOf } from '@countersign/event-sourcing';
import type { EventBatch, Position, RecordedEvent } from '@countersign/event-store';

/** Most events that wait for the slowest reader, and most memory that they may take. */
export const MOST_EVENTS = 5_000;
/** Most memory that events may take which wait for the slowest reader. */
export const MOST_BYTES = 64 * 1024 * 1024;

/** The newest events of the feed: those that some reader has not taken yet, within a bound. */
export interface Tail {
  /** What comes behind this is here; what comes before has been dropped. */
  readonly start: Position;
  /** Everything up to here has come, or is none of the feed's. */
  readonly position: Position;
  push(events: readonly RecordedEvent[], position: Position): void;
  /** Drops what stands at or before `position`. */
  drop(position: Position): void;
  /** What comes behind `cursor`, which is not before `start`. */
  after(cursor: Position, categories: ReadonlySet<string> | null, most: number): EventBatch;
}

interface Entry {
  readonly event: RecordedEvent;
  /** Asked for by every reader, so found once. */
  readonly category: string;
  readonly bytes: number;
}

/** An empty tail behind `from`. */
export function createTail(from: Position): Tail {
  let start = from;
  let position = from;
  let bytes = 0;
  const entries: Entry[] = [];

  /** Index of the first entry behind a position. */
  const indexAfter = (cursor: Position): number => {
    let [low, high] = [0, entries.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (entries[middle]!.event.position > cursor) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  const drop = (until: Position) => {
    if (until <= start) return;
    for (const entry of entries.splice(0, indexAfter(until))) bytes -= entry.bytes;
    start = until;
  };

  return {
    get start() {
      return start;
    },
    get position() {
      return position;
    },
    push(events, until) {
      for (const event of events) {
        const entry = { event, category: categoryOf(event.stream), bytes: bytesOf(event) };
        entries.push(entry);
        bytes += entry.bytes;
      }
      position = until;
      // By halves, so that it costs little where one reader stands still for long.
      while (entries.length > MOST_EVENTS || (bytes > MOST_BYTES && entries.length > 1)) {
        drop(entries[entries.length >> 1]!.event.position);
      }
    },
    drop: (until) => drop(Math.min(until, position)),
    after(cursor, categories, most) {
      const events: RecordedEvent[] = [];
      for (let index = indexAfter(cursor); index < entries.length; index += 1) {
        const { event, category } = entries[index]!;
        if (categories && !categories.has(category)) continue;
        events.push(event);
        if (events.length === most) return { events, position: event.position };
      }
      return { events, position };
    },
  };
}

/** About: what is large in an event is what is sealed. */
function bytesOf({ sealed }: RecordedEvent): number {
  return 1_024 + (sealed?.ciphertext.length ?? 0);
}
