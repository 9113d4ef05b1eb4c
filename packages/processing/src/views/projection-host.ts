import type { EventStore, Position, Subscription } from '@countersign/event-store';
import { createProgress, type MessageBus, type Progress } from '@countersign/message-bus';
import { createApplyMessages } from './apply-messages.ts';
import type { AnyProjection, Projection } from './projection.ts';
import type { ViewQuery, ViewRow, ViewStore } from './view-store.ts';
import { createWriteBehind } from './write-behind.ts';

/** Changed rows that trigger a write. */
export const FLUSH_ROWS = 4_000;
/** Longest that a change waits to be written, in milliseconds. */
export const FLUSH_EVERY_MS = 100;

/** Projections that run. `reached`: applied in memory, which is ahead of what is written. */
export interface ProjectionHost extends Progress {
  readonly group: string;
  readonly subscription: Subscription;
  /** Rows of a view after everything applied so far has been written. */
  query<Row extends ViewRow>(view: string, query: ViewQuery): Promise<{ key: string; row: Row }[]>;
  /** One row, as applied. */
  find<Row extends ViewRow>(projection: Projection<Row>, key: string): Promise<Row | undefined>;
  /** Writes what has changed; resolves when it is stored. */
  flush(): Promise<void>;
  /** Everything up to here is stored: where the host goes on after a restart. */
  written(): Position;
  /** Changed rows that wait to be written. */
  outstanding(): number;
  /** Resolves with what ended it: a projection that threw, a ledger or view store that failed. The process must stop. */
  readonly failed: Promise<Error>;
  /** Stops and writes what is left. What can't be written any more is applied again at the next start. */
  close(): Promise<void>;
}

/** What is projected from which messages, and where its rows are stored. */
export interface ProjectionHostOptions {
  readonly group: string;
  readonly bus: Pick<MessageBus, 'follow'>;
  readonly store: Pick<EventStore, 'acceptedPosition' | 'whenDurable'>;
  readonly views: ViewStore;
  readonly projections: readonly AnyProjection[];
  /** How often changes are written; default `FLUSH_EVERY_MS`. */
  readonly flushEveryMs?: number;
}

/**
 * Runs several projections over one pass of the messages. Rows are applied in memory at acceptance and written behind,
 * together with the checkpoint, once everything that they were derived from is durable.
 */
export async function startProjections(options: ProjectionHostOptions): Promise<ProjectionHost> {
  const { group, bus, store, views, projections } = options;
  const definitions = projections.map((projection) => projection.view);
  const checkpoint = await views.open(group, definitions, store.acceptedPosition);
  const progress = createProgress(checkpoint, (position) => subscription.hasten?.(position));
  const failed = Promise.withResolvers<Error>();
  const writing = createWriteBehind({
    group,
    store,
    views,
    projections,
    applied: progress.position,
    checkpoint,
  });
  void writing.failed.then(failed.resolve);
  const changes = () => projections.reduce((sum, { table }) => sum + table.changes(), 0);

  const applied = (position: Position): void | Promise<void> => {
    progress.advance(position);
    if (changes() < FLUSH_ROWS) return;
    // Go on while it is written; wait only for the write before it, so that rows of two writes at most are in memory.
    const before = writing.underWay();
    writing.flush().catch(() => {});
    return before;
  };
  const apply = createApplyMessages(projections, views);
  const topics = [...new Set(projections.flatMap((projection) => projection.topics))];
  const subscription = bus.follow({ topics, after: checkpoint }, (messages, position) => {
    const loading = apply(messages);
    return loading ? loading.then(() => applied(position)) : applied(position);
  });
  void subscription.ended.then((error) => error && failed.resolve(error));

  const timer = setInterval(() => writing.flush().catch(() => {}), options.flushEveryMs ?? FLUSH_EVERY_MS);
  timer.unref();
  void failed.promise.then(() => clearInterval(timer));

  return {
    ...progress,
    group,
    subscription,
    async query<Row extends ViewRow>(view: string, query: ViewQuery) {
      await writing.flush();
      return (await views.query(view, query)) as { key: string; row: Row }[];
    },
    async find<Row extends ViewRow>({ table, view }: Projection<Row>, key: string) {
      const known = table.peek(key);
      if (known !== undefined) return known ?? undefined;
      const writesBefore = writing.writes();
      const stored = ((await views.get(view.name, [key])).get(key) as Row | undefined) ?? null;
      // Applied meanwhile: what is in memory is newer. Applied and written meanwhile: what was read may be too old to keep.
      const newer = table.peek(key);
      if (newer !== undefined) return newer ?? undefined;
      if (writing.writes() === writesBefore) table.loaded(key, stored);
      return stored ?? undefined;
    },
    flush: writing.flush,
    written: writing.written,
    outstanding: changes,
    failed: failed.promise,
    async close() {
      clearInterval(timer);
      await subscription.close();
      await writing.flush().catch(() => {});
    },
  };
}
