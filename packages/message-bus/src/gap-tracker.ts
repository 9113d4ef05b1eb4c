import type { Position } from '@countersign/event-store';

/**
 * Tracks messages that are handled out of order and tells the position up to which all are settled: a checkpoint
 * never passes the first gap (Eventuous).
 */
export interface GapTracker {
  /** Positions delivered, in growing order; `upTo` also covers what was filtered out behind them. */
  delivered(positions: readonly Position[], upTo: Position): void;
  /** Settles a delivered position; a second time, or one that was never delivered, changes nothing. */
  settled(position: Position): void;
  /** Everything up to here is settled. */
  checkpoint(): Position;
  /** Delivered and not settled. */
  outstanding(): number;
}

/** Settled entries at the queue's front before it is cut: rare enough to cost nothing, few enough to hold nothing. */
const COMPACT_AFTER = 1_024;

/** Everything up to `start` is covered. */
export function createGapTracker(start: Position): GapTracker {
  let queue: Position[] = [];
  let head = 0;
  let covered = start;
  /** Settled behind the first gap. */
  const done = new Set<Position>();

  const advance = () => {
    head += 1;
    while (head < queue.length && done.delete(queue[head] as Position)) head += 1;
    if (head === queue.length || (head > COMPACT_AFTER && head * 2 > queue.length)) {
      queue = queue.slice(head);
      head = 0;
    }
  };
  const waits = (position: Position): boolean => {
    let low = head;
    let high = queue.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((queue[middle] as Position) < position) low = middle + 1;
      else high = middle;
    }
    return queue[low] === position;
  };

  return {
    delivered(positions, upTo) {
      for (const position of positions) queue.push(position);
      covered = Math.max(covered, upTo);
    },
    settled(position) {
      if (position === queue[head]) advance();
      else if (waits(position)) done.add(position);
    },
    checkpoint: () => (head < queue.length ? (queue[head] as Position) - 1 : covered),
    outstanding: () => queue.length - head - done.size,
  };
}
