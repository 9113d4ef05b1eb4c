import type { EventStore, Position } from '@countersign/event-store';
import type { MessageBus } from '@countersign/message-bus';
import {
  type Progress,
  type Projection,
  type ProjectionHost,
  startProjections,
  type ViewQuery,
  type ViewRow,
  type ViewStore,
} from '@countersign/processing';

/** Reads of projected rows. Usable once the projections have been started. */
export interface ViewReader extends Progress {
  find: ProjectionHost['find'];
  query<Row extends ViewRow>(view: string, query: ViewQuery): Promise<{ key: string; row: Row }[]>;
}

/**
 * The projections of one process. Services add theirs when they are built, the composition starts all of them over one
 * pass of the messages: a rebuild decodes every event once, however many views there are.
 */
export interface ProcessViews extends ViewReader {
  // biome-ignore lint/suspicious/noExplicitAny: rows of different projections are of different types
  add(...projections: readonly Projection<any>[]): void;
  start(group: string): Promise<void>;
  readonly caughtUp: Promise<void>;
  /** Resolves with what makes going on unsafe: views that can't be written. */
  readonly failed: Promise<Error>;
  close(): Promise<void>;
}

/** Nothing runs before `start`. */
export function createProcessViews(deps: {
  readonly bus: MessageBus;
  readonly store: EventStore;
  readonly views: ViewStore;
}): ProcessViews {
  // biome-ignore lint/suspicious/noExplicitAny: rows of different projections are of different types
  const projections: Projection<any>[] = [];
  let host: ProjectionHost | null = null;
  let started: (host: ProjectionHost) => void = () => {};
  const starting = new Promise<ProjectionHost>((resolve) => {
    started = resolve;
  });
  return {
    add: (...more) => void projections.push(...more),
    async start(group) {
      host = await startProjections({ ...deps, group, projections });
      started(host);
    },
    caughtUp: starting.then((running) => running.subscription.caughtUp),
    failed: starting.then((running) => running.failed),
    position: () => host?.position() ?? 0,
    reached(position: Position) {
      return host ? host.reached(position) : starting.then((running) => running.reached(position));
    },
    async find(projection, key) {
      return (host ?? (await starting)).find(projection, key);
    },
    async query(view, query) {
      return (host ?? (await starting)).query(view, query);
    },
    async close() {
      await host?.close();
    },
  };
}
