import type { ParkedEvent, ParkingLot, Position } from '@countersign/event-store';
import type { Message } from '@countersign/message-bus';
import { createParkedPositions, type Standing } from './parked-positions.ts';

/**
 * The parked messages of one group: kept in the parking lot, known here by subject and position. Where several processes
 * are the group, the lot is theirs together, and what is known here is looked up again where it decides.
 */
export interface ParkedSubjects {
  /** Learns all of it anew: when the group has dealt its messages, others have parked and released. */
  load(): Promise<void>;
  /**
   * Where a message stands: `parked` already (it was delivered again), `behind` one that is parked, or `clear`. A
   * message before the subject's first parked one is clear: it comes again after a restart, and nothing blocks it.
   */
  standing(subject: string, position: Position): Standing;
  /** The same after the lot has been asked about the subject. */
  standingNow(subject: string, position: Position): Promise<Standing>;
  /** Parks a message, durable when it resolves; `error` is `null` for one that only waits behind another. */
  park(message: Message, subject: string, error: string | null, attempts: number): Promise<void>;
  /** Notes that a parked message failed again. */
  failedAgain(event: ParkedEvent, error: string, attempts: number): Promise<void>;
  release(event: Pick<ParkedEvent, 'subject' | 'position'>): void;
  /** The subject's parked messages, in order. */
  list(subject?: string): Promise<ParkedEvent[]>;
  count(): number;
}

interface ParkedSubjectsOptions {
  readonly group: string;
  readonly parking: ParkingLot;
  readonly now: () => number;
}

/** What is parked of a group, in memory and in the parking lot. */
export function createParkedSubjects({ group, parking, now }: ParkedSubjectsOptions): ParkedSubjects {
  let known = createParkedPositions();
  /** While all of it is learnt anew: what happens meanwhile, to be done again to what is learnt. */
  const learning = new Set<(() => void)[]>();
  const change = (one: () => void) => {
    one();
    for (const changes of learning) changes.push(one);
  };
  const list = (subject?: string) => parking.list(subject === undefined ? { group } : { group, subject });

  return {
    async load() {
      const changes: (() => void)[] = [];
      learning.add(changes);
      try {
        const events = await list();
        known = createParkedPositions();
        for (const { subject, position } of events) known.add(subject, position);
        for (const one of changes) one();
      } finally {
        learning.delete(changes);
      }
    },
    standing: (subject, position) => known.standing(subject, position),
    async standingNow(subject, position) {
      const positions = (await list(subject)).map((event) => event.position);
      change(() => known.replace(subject, positions));
      return known.standing(subject, position);
    },
    async park({ position, organization }, subject, error, attempts) {
      change(() => known.add(subject, position));
      const parkedAt = new Date(now()).toISOString();
      await parking.park({ group, subject, position, organization, error, parkedAt, attempts });
    },
    async failedAgain(event, error, attempts) {
      await parking.park({ ...event, error, attempts: event.attempts + attempts });
    },
    release({ subject, position }) {
      change(() => known.remove(subject, position));
      parking.release(group, subject, position);
    },
    list,
    count: () => known.count(),
  };
}
