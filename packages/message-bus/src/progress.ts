import type { Position } from '@countersign/event-store';

/** How far something has got, and a way to wait for it. */
export interface Progress {
  position(): Position;
  /** Resolves when the position is reached; `undefined` if it is, so that nobody waits a turn for nothing. */
  reached(position: Position): Promise<void> | undefined;
}

/** `awaited` is told of each position that somebody begins to wait for. */
export function createProgress(
  start: Position,
  awaited: (position: Position) => void = () => {},
): Progress & { advance(position: Position): void } {
  let current = start;
  let waiting: { position: Position; resolve: () => void }[] = [];
  return {
    position: () => current,
    reached(position) {
      if (position <= current) return undefined;
      awaited(position);
      return new Promise((resolve) => waiting.push({ position, resolve }));
    },
    advance(position) {
      current = position;
      if (waiting.length === 0) return;
      const due = waiting.filter((waiter) => waiter.position <= current);
      waiting = waiting.filter((waiter) => waiter.position > current);
      for (const waiter of due) waiter.resolve();
    },
  };
}

/** Resolves when all of them have reached the position; `undefined` if they have. */
export function allReached(all: readonly Progress[], position: Position): Promise<unknown> | undefined {
  const waits = all.flatMap((progress) => progress.reached(position) ?? []);
  return waits.length === 0 ? undefined : Promise.all(waits);
}
