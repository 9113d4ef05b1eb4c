import type { Principal } from '@countersign/access';
import { type Parked, type ParkedRetryAnswer, type Problem, problem } from '@countersign/contracts';
import type { ParkedEvent, ParkingLot } from '@countersign/event-store';
import type { MessageBus } from '@countersign/message-bus';
import type { Reactor } from '@countersign/processing';
import { page } from './page.ts';
import { parkedId } from './parked-id.ts';

/** One page, of one processor or of all. */
export interface ParkedQuery {
  readonly limit: number;
  readonly after?: string | undefined;
  readonly processor?: string | undefined;
}

/** `next` is null at the end. */
export interface ParkedPage {
  /** Sorted by id. */
  readonly items: readonly Parked[];
  readonly next: string | null;
}

/** The parked subjects of one process or service. */
export interface ParkedSource {
  list(query: ParkedQuery, principal: Principal): Promise<ParkedPage | Problem>;
  /** `not_found` where it is not this one's. */
  get(id: string, principal: Principal): Promise<Parked | Problem>;
  /** The same. */
  retry(id: string, principal: Principal): Promise<ParkedRetryAnswer | Problem>;
}

/** What parks here, where it is parked, and where its messages are read again. */
export interface ParkedDependencies {
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

/** Answered also where it never was. */
export const NOT_PARKED = problem('not_found', 'nothing is parked under this id; it may have been released');

/** What is parked in this process. */
export function parkedHere({ reactors, processors, bus }: ParkedDependencies): ParkedSource {
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

  return {
    async list(query) {
      const all = (await subjects()).filter(
        ({ group }) => query.processor === undefined || group === query.processor,
      );
      return page(all, query, ({ id }) => id, view);
    },
    async get(id) {
      const one = (await subjects()).find((subject) => subject.id === id);
      return one ? view(one) : NOT_PARKED;
    },
    async retry(id) {
      const one = (await subjects()).find((subject) => subject.id === id);
      const reactor = one && reactors().find(({ group }) => group === one.group);
      if (!one || !reactor) return NOT_PARKED;
      const { released, remaining } = await reactor.retry(one.subject);
      return { id: one.id, state: remaining === 0 ? 'released' : 'parked', handled: released };
    },
  };
}
