import { type LegalHold, type Problem, problem, type RetentionHeld, routes } from '@countersign/contracts';
import type { RetentionBoard } from '@countersign/directory';
import { streamName } from '@countersign/event-sourcing';
import type { Handled } from '@countersign/event-store';
import { isProblem, mount } from '@countersign/http';
import type { Message } from '@countersign/message-bus';
import { isOpenError } from '@countersign/sealing';
import {
  actorOf,
  answered,
  edgeMetadata,
  page,
  personal,
  type ServiceDependencies,
  sealedEvent,
} from '@countersign/service';
import type { FastifyInstance } from 'fastify';
import type { Retention, RetentionRejection } from './decide.ts';
import type { FlushAll, RetentionHandler } from './flush.ts';

interface RetentionRouteDependencies {
  readonly service: ServiceDependencies;
  readonly retention: RetentionHandler;
  readonly board: RetentionBoard;
  readonly flushAll: FlushAll;
  readonly reached: (position: number) => Promise<unknown> | undefined;
}

const NOT_FOUND = problem('not_found', 'there is no such hold');
const UNASKED = problem('unavailable', 'whether another flush is under way is not known now');
const UNREADABLE = problem('unavailable', 'the reason of the hold can not be read now');

/** Serves flushes and legal holds. */
export function retentionRoutes(app: FastifyInstance, deps: RetentionRouteDependencies): void {
  const { service, retention, board, flushAll, reached } = deps;

  const view = async (message: Message): Promise<LegalHold | Problem> => {
    const { hold_id, subject, by } = message.data as unknown as RetentionHeld;
    const opened = await service.sealer.openFields(sealedEvent(message), ['reason']);
    if (isOpenError(opened)) return UNREADABLE;
    const reason = opened.erased ? ({ erased: true } as const) : String(opened.fields.reason);
    return { id: hold_id, subject, reason, by, placed_at: message.time };
  };

  for (const [route, domain] of [
    [routes.flushTraces, 'traces'],
    [routes.flushEvents, 'events'],
    [routes.flushSpansOfAgenta, 'traces'],
    [routes.flushEventsOfAgenta, 'events'],
  ] as const) {
    mount(app, route, async ({ principal }) => {
      const { position, status, ...result } = await flushAll(domain, actorOf(principal));
      if (status === 'unasked') return UNASKED;
      await reached(position);
      return { status: 200, body: { status, ...result } };
    });
  }

  mount(app, routes.putLegalHold, async ({ params, body, principal }) => {
    const { organization } = principal;
    const hold = { hold_id: params.id, subject: body.subject ?? null, by: actorOf(principal) };
    const reason = personal(principal.id, service.disclose('reason', body.reason));
    const handled = await retention.handle(
      streamName('retention', organization),
      { kind: 'hold', hold, personal: reason },
      edgeMetadata(service, { organization }),
    );
    return answered(stated(handled), async ({ position, events }) => {
      await reached(position);
      const placed = board.holds(organization).get(params.id);
      const shown = placed ? await view(placed) : NOT_FOUND;
      if (isProblem(shown)) return shown;
      return events.length > 0 ? { status: 201, body: shown } : { status: 200, body: shown };
    });
  });

  mount(app, routes.liftLegalHold, async ({ params, principal }) => {
    const { organization } = principal;
    const handled = await retention.handle(
      streamName('retention', organization),
      { kind: 'lift', id: params.id, by: actorOf(principal) },
      edgeMetadata(service, { organization }),
    );
    return answered(stated(handled), async ({ position }) => {
      await reached(position);
      return { status: 204 };
    });
  });

  mount(app, routes.listLegalHolds, async ({ query, principal }) => {
    const holds = [...board.holds(principal.organization)].sort(([a], [b]) => (a < b ? -1 : 1));
    const found = await page(
      holds,
      query,
      ([id]) => id,
      ([, message]) => view(message),
    );
    return isProblem(found) ? found : { status: 200, body: found };
  });
}

/** Only flushing is refused by a hold; holding and lifting are not, and a refusal that nobody expects is no answer. */
function stated(
  handled: Handled<Retention, RetentionRejection>,
): Handled<Retention, Exclude<RetentionRejection, 'held'>> {
  if (handled.kind !== 'rejected') return handled;
  const { rejected, detail } = handled.rejection;
  if (rejected === 'held') throw new Error(`a hold was refused by a hold: ${detail}`);
  return { ...handled, rejection: { rejected, detail } };
}
