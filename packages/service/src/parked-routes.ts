import { type Parked, problem, routes } from '@countersign/contracts';
import type { ParkedEvent, ParkingLot } from '@countersign/event-store';
import { mount } from '@countersign/http';
import type { MessageBus } from '@countersign/message-bus';
import type { Reactor } from '@countersign/processing';
import type { FastifyInstance } from 'fastify';
import { page } from './page.ts';
import { parkedId } from './parked-id.ts';

export interface ParkedRouteDependencies {
  readonly reactors: () => readonly Reactor[];
  readonly processors: ParkingLot;
  readonly bus: MessageBus;
}

interface ParkedSubject {
  readonly id: string;
  readonly group: string;
  readonly subject: string;
  /** In order; the first is the poisoned one. */
  readonly events: readonly ParkedEvent[];
}

const NOT_FOUND = problem('not_found', 'nothing is parked under this id; it may have been released');

/** Subjects whose events wait behind one that could not be handled: shown, and handled again in order. */
export function parkedRoutes(
  app: FastifyInstance,
  { reactors, processors, bus }: ParkedRouteDependencies,
): void {
  const subjects = async (): Promise<ParkedSubject[]> => {
    const bySubject = Map.groupBy(await processors.list(), ({ group, subject }) => parkedId(group, subject));
    return Array.from(bySubject, ([id, events]) => {
      const [first] = events as [ParkedEvent, ...ParkedEvent[]];
      return { id, group: first.group, subject: first.subject, events };
    }).sort((a, b) => (a.id < b.id ? -1 : 1));
  };

  const view = async ({ id, group, events }: ParkedSubject): Promise<Parked> => {
    const [first] = events as [ParkedEvent, ...ParkedEvent[]];
    const message = await bus.fetch(first.position);
    return {
      id,
      processor: group,
      subject: message?.subject ?? first.subject,
      event_id: message?.id ?? '',
      event_type: message?.type ?? '',
      position: String(first.position),
      error: {
        code: 'handler_failed',
        message: (first.error ?? 'waits behind a parked event').slice(0, 1_000),
      },
      attempts: first.attempts,
      waiting: events.length - 1,
      parked_at: first.parkedAt,
    };
  };

  mount(app, routes.listParked, async ({ query }) => {
    const all = (await subjects()).filter(
      ({ group }) => query.processor === undefined || group === query.processor,
    );
    const found = page(all, query, ({ id }) => id, view);
    return { status: 200, body: { items: await Promise.all(found.items), next: found.next } };
  });

  mount(app, routes.getParked, async ({ params }) => {
    const one = (await subjects()).find(({ id }) => id === params.id);
    return one ? { status: 200, body: await view(one) } : NOT_FOUND;
  });

  mount(app, routes.retryParked, async ({ params }) => {
    const one = (await subjects()).find(({ id }) => id === params.id);
    const reactor = one && reactors().find(({ group }) => group === one.group);
    if (!one || !reactor) return NOT_FOUND;
    const { released, remaining } = await reactor.retry(one.subject);
    return {
      status: 200,
      body: { id: one.id, state: remaining === 0 ? 'released' : 'parked', handled: released },
    };
  });
}
