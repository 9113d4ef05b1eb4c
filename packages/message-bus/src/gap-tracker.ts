import type { Position } from '@countersign/event-store';

/**
 * Tracks messages that are handled out of order and tells the position up to which all are settled: a checkpoint
 * never passes the first gap (Eventuous).
 */
export interface GapTracker {
  /** Positions delivered, in growing order; `upTo` also covers what was filtered out behind them. */
  delivered(positions: readonly Position[], upTo: Position): void;
  settled(position: Position): void;
  /** Everything up to here is settled. */
  checkpoint(): Position;
  /** Delivered and not settled. */
  outstanding(): number;
}

export function createGapTracker(start: Position): GapTracker {
  let queue: Position[] = [];
  let head = 0;
  let covered = start;
  const done = new Set<Position>();

  const advance = () => {
    while (head < queue.length && done.delete(queue[head] as Position)) head += 1;
    if (head > 1024 && head * 2 > queue.length) {
      queue = queue.slice(head);
      head = 0;
    }
  };

  return {
    delivered(positions, upTo) {
      queue.push(...positions);
      covered = Math.max(covered, upTo);
    },
    settled(position) {
      done.add(position);
      if (position === queue[head]) advance();
    },
    checkpoint: () => (head < queue.length ? (queue[head] as Position) - 1 : covered),
    outstanding: () => queue.length - head,
  };
}
