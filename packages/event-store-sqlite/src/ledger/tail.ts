import { categoryOf, type StreamVersion } from '@countersign/event-sourcing';
import type { Position, RecordedEvent } from '@countersign/event-store';

/**
 * The most recent accepted events, as the objects that live subscribers and readers share. Bounded by count and bytes,
 * but events that are not yet durable stay: nothing else holds them.
 */
export interface Tail {
  /** Position before its oldest event: what comes after this is here, what comes before is on disk. */
  readonly start: Position;
  /** Position of the last accepted event. */
  readonly head: Position;
  push(event: RecordedEvent, bytes: number): void;
  /** Drops the oldest durable events beyond the bounds. */
  trim(durable: Position): void;
  /** Events after `after`, which is not before `start`, up to `until`; only those of `categories`, if given. */
  slice(after: Position, until: Position, categories?: ReadonlySet<string> | null): readonly RecordedEvent[];
  /** Version of a stream that has events here. */
  version(stream: string): StreamVersion | undefined;
  /** The stream's events that are here, in order. */
  ofStream(stream: string): readonly RecordedEvent[];
}

interface TailBounds {
  readonly events: number;
  readonly bytes: number;
  /** The last event of a stream has left: its version has to be remembered elsewhere. */
  onForgotten(stream: string, version: StreamVersion): void;
}

const NONE: readonly RecordedEvent[] = [];

/** An empty tail behind `head`. */
export function createTail(head: Position, bounds: TailBounds): Tail {
  let events: RecordedEvent[] = [];
  let sizes: number[] = [];
  /** Category of each event: asked by every subscriber, so found once. */
  let eventCategories: string[] = [];
  /** Events before this index have been dropped; the arrays are cut when it has grown. */
  let dropped = 0;
  let start = head;
  let bytes = 0;
  /** Position of the last event of each stream: an old table of a map keeps what it holds alive, so that is no event. */
  const lasts = new Map<string, Position>();
  /** Of each event the position of the one before in its stream; 0 if there was none here. */
  let before: Position[] = [];
  const cutAfter = Math.max(64, bounds.events >> 2);

  const at = (position: Position): number => dropped + position - start - 1;
  const drop = ({ stream, version, position }: RecordedEvent) => {
    if (lasts.get(stream) !== position) return;
    lasts.delete(stream);
    bounds.onForgotten(stream, version);
  };

  return {
    get start() {
      return start;
    },
    get head() {
      return start + events.length - dropped;
    },
    push(event, size) {
      events.push(event);
      sizes.push(size);
      eventCategories.push(categoryOf(event.stream));
      bytes += size;
      before.push(lasts.get(event.stream) ?? 0);
      lasts.set(event.stream, event.position);
    },
    trim(durable) {
      while (start < durable && (events.length - dropped > bounds.events || bytes > bounds.bytes)) {
        drop(events[dropped]!);
        bytes -= sizes[dropped]!;
        dropped += 1;
        start += 1;
      }
      if (dropped >= cutAfter) {
        events = events.slice(dropped);
        sizes = sizes.slice(dropped);
        eventCategories = eventCategories.slice(dropped);
        before = before.slice(dropped);
        dropped = 0;
      }
    },
    slice(after, until, categories = null) {
      const from = dropped + after - start;
      const to = Math.min(events.length, dropped + until - start);
      if (!categories) return events.slice(from, to);
      // Most subscribers want none of what has just come: nothing is made for them.
      let wanted: RecordedEvent[] | null = null;
      for (let at = from; at < to; at += 1) {
        if (!categories.has(eventCategories[at]!)) continue;
        wanted ??= [];
        wanted.push(events[at]!);
      }
      return wanted ?? NONE;
    },
    version(stream) {
      const last = lasts.get(stream);
      return last === undefined ? undefined : events[at(last)]!.version;
    },
    ofStream(stream) {
      const found: RecordedEvent[] = [];
      for (let position = lasts.get(stream) ?? 0; position > start; position = before[at(position)]!)
        found.push(events[at(position)]!);
      return found.reverse();
    },
  };
}
