import type { Principal } from '@countersign/access';
import { problem, routes } from '@countersign/contracts';
import type { RetentionBoard } from '@countersign/directory';
import { isProblem, mount } from '@countersign/http';
import type { Publisher } from '@countersign/message-bus';
import type { AuditReading, RecordRead, ServiceDependencies } from '@countersign/service';
import type { FastifyInstance } from 'fastify';
import { createReadCursor } from './cursor.ts';
import { createMaySee, type EventFilter, filterOf } from './filter.ts';
import { createIsLetGoOf } from './let-go-of.ts';
import { listEvents } from './list.ts';
import type { MayDecide } from './may-decide.ts';
import { type ReadingRight, streamEvents } from './stream.ts';

interface ReadingDependencies {
  readonly service: ServiceDependencies;
  readonly publisher: Publisher;
  readonly recordRead: RecordRead;
  readonly board: Pick<RetentionBoard, 'horizon'>;
  /** Resolves when everything is known that has been let go of up to now. */
  readonly knowsRetention: () => Promise<unknown>;
  readonly mayDecide: MayDecide;
}

/** Mounts the routes; what it answers resolves when every stream that has ended is recorded as closed. */
export function readingRoutes(
  app: FastifyInstance,
  { service, publisher, recordRead, board, mayDecide, knowsRetention }: ReadingDependencies,
): () => Promise<unknown> {
  const { store, sealer, metrics, clock } = service;
  const isLetGoOf = createIsLetGoOf(store, publisher, board);
  const deps = { store, sealer, publisher, isLetGoOf, knowsRetention };
  const readCursor = createReadCursor(store);
  const maySee = createMaySee(store, board, mayDecide);
  const seesAll = (principal: Principal) => app.edge.allows(principal, 'read_audit');
  const NOT_RECORDED = problem('unavailable', 'the reading can not be recorded now, so nothing is read');
  const open = new Set<Promise<unknown>>();
  metrics.gauge('sse_clients', {}, () => open.size);

  mount(app, routes.listEvents, async ({ query, principal }) => {
    const filter = filterOf(query);
    const after = query.after === undefined ? 0 : await readCursor(query.after, '/query/after');
    if (typeof after !== 'number') return after;
    await knowsRetention();
    const sees = maySee(principal, seesAll(principal));
    const page = await listEvents(deps, principal, sees, filter, { after, limit: query.limit });
    if (isProblem(page)) return page;
    const recorded = await recordRead(principal, readingOf('events', filter, query.after, page.items.length));
    return recorded ? { status: 200, body: page } : NOT_RECORDED;
  });

  mount(app, routes.streamEvents, async ({ query, headers, principal }) => {
    const filter = filterOf(query);
    const seen = headers['last-event-id'];
    const cursor = seen ?? query.after;
    const pointer = seen === undefined ? '/query/after' : '/headers/last-event-id';
    const after = cursor === undefined ? store.durablePosition : await readCursor(cursor, pointer);
    if (typeof after !== 'number') return after;
    if (!(await recordRead(principal, readingOf('stream_opened', filter, cursor, 0)))) return NOT_RECORDED;
    const right: ReadingRight = {
      async stillAllowed(position) {
        if (!(await app.edge.isInForce(principal, position))) return false;
        return principal.kind !== 'user' || app.edge.allows(principal, 'read_audit');
      },
      endsAt: () => app.edge.endsAt(principal),
      nowMs: clock.nowMs,
    };
    return {
      status: 200,
      open(stream) {
        const sees = maySee(principal, seesAll(principal));
        const reading = streamEvents(deps, stream, sees, filter, after, right)
          .then((sent) => recordRead(principal, readingOf('stream_closed', filter, cursor, sent)))
          .finally(() => open.delete(reading));
        open.add(reading);
      },
    };
  });
  return () => Promise.all(open);
}

function readingOf(
  what: AuditReading['what'],
  { types, subject }: EventFilter,
  after: string | undefined,
  count: number,
): AuditReading {
  return { what, filter: { types, subject, after: after ?? null }, count };
}
