import type { EventStore, Position, Subscription } from '@countersign/event-store';
import type { Message, MessageBus } from '@countersign/message-bus';
import { createProgress, type Progress } from '@countersign/message-bus';
import type { Projection } from './projection.ts';
import type { ViewQuery, ViewRow, ViewStore } from './view-store.ts';

/** Changed rows that trigger a write, and the longest that a change waits for one. */
export const FLUSH_ROWS = 2_000;
export const FLUSH_EVERY_MS = 100;

export interface ProjectionHost extends Progress {
  readonly subscription: Subscription;
  /** Rows of a view after everything applied so far has been written. */
  query<Row extends ViewRow>(view: string, query: ViewQuery): Promise<{ key: string; row: Row }[]>;
  /** One row, as applied. */
  find<Row extends ViewRow>(projection: Projection<Row>, key: string): Promise<Row | undefined>;
  /** Writes what has changed; resolves when it is stored. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export interface ProjectionHostOptions {
  readonly group: string;
  readonly bus: MessageBus;
  readonly store: EventStore;
  readonly views: ViewStore;
  // biome-ignore lint/suspicious/noExplicitAny: rows of different projections are of different types
  readonly projections: readonly Projection<any>[];
}

/**
 * Runs several projections over one pass of the messages. Rows are applied in memory at acceptance and written behind,
 * together with the checkpoint, once everything that they were derived from is durable.
 */
export async function startProjections(options: ProjectionHostOptions): Promise<ProjectionHost> {
  const { group, bus, store, views, projections } = options;
  const checkpoint = await views.open(
    group,
    projections.map((projection) => projection.view),
    store.acceptedPosition,
  );
  const progress = createProgress(checkpoint);
  const topics = [...new Set(projections.flatMap((projection) => projection.topics))];
  const byTopic = new Map(topics.map((t) => [t, projections.filter((p) => p.topics.includes(t))]));
  let flushing: Promise<void> = Promise.resolve();
  let flushed = checkpoint;

  const load = async (messages: readonly Message[]): Promise<void> => {
    for (const projection of projections) {
      const missing = new Set<string>();
      for (const message of messages) {
        if (!projection.topics.includes(message.topic ?? '')) continue;
        for (const key of projection.needs(message)) {
          if (projection.table.peek(key) === undefined) missing.add(key);
        }
      }
      if (missing.size === 0) continue;
      const rows = await views.get(projection.view.name, [...missing]);
      for (const key of missing) projection.table.loaded(key, rows.get(key) ?? null);
    }
  };

  const write = async (): Promise<void> => {
    const position: Position = progress.position();
    if (position === flushed) return;
    const taken = projections.map((projection) => projection.table.takeChanges());
    await store.whenDurable(position);
    await views.commit(
      group,
      taken.flatMap((changes) => changes.writes),
      position,
    );
    for (const changes of taken) changes.written();
    flushed = position;
  };
  const flush = (): Promise<void> => {
    flushing = flushing.then(write);
    return flushing;
  };

  const apply = (messages: readonly Message[], position: Position) => {
    for (const message of messages) {
      for (const projection of byTopic.get(message.topic ?? '') ?? []) projection.apply(message);
    }
    progress.advance(position);
    const changes = projections.reduce((sum, projection) => sum + projection.table.changes(), 0);
    return changes > FLUSH_ROWS ? flush() : undefined;
  };
  const needsLoading = (message: Message) =>
    (byTopic.get(message.topic ?? '') ?? []).some((p) =>
      p.needs(message).some((key) => p.table.peek(key) === undefined),
    );

  const subscription = bus.follow({ topics, after: checkpoint }, (messages, position) =>
    messages.some(needsLoading)
      ? load(messages).then(() => apply(messages, position))
      : apply(messages, position),
  );
  // A failing write ends the host like a failing store does; the timer only starts what `flush` reports.
  const timer = setInterval(() => void flush().catch(() => {}), FLUSH_EVERY_MS);
  timer.unref();

  return {
    ...progress,
    subscription,
    async query<Row extends ViewRow>(view: string, query: ViewQuery) {
      await flush();
      return (await views.query(view, query)) as { key: string; row: Row }[];
    },
    async find(projection, key) {
      const known = projection.table.peek(key);
      if (known !== undefined) return known ?? undefined;
      const rows = await views.get(projection.view.name, [key]);
      // Applied meanwhile: what is in memory is newer.
      return projection.table.get(key) ?? (rows.get(key) as never);
    },
    flush,
    async close() {
      clearInterval(timer);
      await subscription.close();
      await flush();
    },
  };
}
