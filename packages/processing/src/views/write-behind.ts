import type { EventStore, Position } from '@countersign/event-store';
import type { AnyProjection } from './projection.ts';
import type { ViewStore } from './view-store.ts';

interface WriteBehindOptions {
  readonly group: string;
  readonly store: Pick<EventStore, 'whenDurable'>;
  readonly views: Pick<ViewStore, 'commit'>;
  readonly projections: readonly AnyProjection[];
  /** Everything up to here is applied to the tables. */
  readonly applied: () => Position;
  /** What is written at the start. */
  readonly checkpoint: Position;
}

/** Writes changed rows with the checkpoint, one transaction after the other. */
export interface WriteBehind {
  /** Writes everything applied so far; resolves when it is stored. A failure is final: it rejects every later call. */
  flush(): Promise<void>;
  /** Resolves when the write under way is stored; `undefined` if there is none. */
  underWay(): Promise<void> | undefined;
  /** Everything up to here is stored. */
  written(): Position;
  /** How many writes have been stored. */
  writes(): number;
  /** Resolves with what made a write fail. */
  readonly failed: Promise<Error>;
}

/** Writes behind what is applied; one write at a time, and the next has all that changed meanwhile. */
export function createWriteBehind(options: WriteBehindOptions): WriteBehind {
  const { group, store, views, projections, applied } = options;
  const failed = Promise.withResolvers<Error>();
  let position = options.checkpoint;
  let writes = 0;
  let failure: Error | null = null;
  let current: Promise<void> | undefined;
  let next: Promise<void> | undefined;

  const write = async (): Promise<void> => {
    const target = applied();
    // Rows also leave without a message: what retention has let go of.
    if (target === position && projections.every(({ table }) => table.changes() === 0)) return;
    const taken = projections.map(({ table }) => table.takeChanges());
    // Rows must not outlive the events that they were made of (rule 3 of accepted and durable).
    await store.whenDurable(target);
    const rows = taken.flatMap((changes) => changes.writes);
    await views.commit(group, rows, target);
    for (const changes of taken) changes.written();
    position = target;
    writes += 1;
  };
  const start = (): Promise<void> => {
    const running = write().then(
      () => {
        current = undefined;
      },
      (cause) => {
        failure = cause instanceof Error ? cause : new Error(String(cause));
        failed.resolve(failure);
        throw failure;
      },
    );
    // Whoever waits for it gets the rejection; the others learn of it by `failed`.
    running.catch(() => {});
    current = running;
    return running;
  };

  return {
    flush() {
      if (failure) return Promise.reject(failure);
      if (next) return next;
      if (!current) return start();
      // One more write takes everything that is applied until it begins, however many ask for it.
      next = current.then(() => {
        next = undefined;
        return start();
      });
      next.catch(() => {});
      return next;
    },
    underWay: () => current,
    written: () => position,
    writes: () => writes,
    failed: failed.promise,
  };
}
