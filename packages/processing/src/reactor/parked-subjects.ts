import type { ParkedEvent, ParkingLot, Position } from '@countersign/event-store';
import type { Message } from '@countersign/message-bus';

/** The parked messages of one group: kept in the parking lot, known here by subject and position. */
export interface ParkedSubjects {
  /**
   * Where a message stands: `parked` already (it was delivered again), `behind` one that is parked, or `clear`. A
   * message before the subject's first parked one is clear: it comes again after a restart, and nothing blocks it.
   */
  standing(subject: string, position: Position): 'parked' | 'behind' | 'clear';
  /** Parks a message; `error` is `null` for one that only waits behind another. */
  park(message: Message, subject: string, error: string | null, attempts: number): void;
  /** Notes that a parked message failed again. */
  failedAgain(event: ParkedEvent, error: string, attempts: number): void;
  release(event: ParkedEvent): void;
  /** The subject's parked messages, in order. */
  list(subject?: string): Promise<ParkedEvent[]>;
  count(): number;
}

export interface ParkedSubjectsOptions {
  readonly group: string;
  readonly parking: ParkingLot;
  readonly now: () => number;
}

interface SubjectPositions {
  /** The smallest, which decides who waits; `null` when it was released and nobody has asked since. */
  first: Position | null;
  readonly positions: Set<Position>;
}

function firstOf(subject: SubjectPositions): Position {
  if (subject.first !== null) return subject.first;
  let first = Number.POSITIVE_INFINITY;
  for (const position of subject.positions) first = Math.min(first, position);
  subject.first = first;
  return first;
}

export async function loadParkedSubjects(options: ParkedSubjectsOptions): Promise<ParkedSubjects> {
  const { group, parking, now } = options;
  const subjects = new Map<string, SubjectPositions>();
  let count = 0;

  const add = (subject: string, position: Position) => {
    const parked = subjects.get(subject);
    if (parked?.positions.has(position)) return;
    count += 1;
    if (!parked) return void subjects.set(subject, { first: position, positions: new Set([position]) });
    parked.positions.add(position);
    parked.first = Math.min(firstOf(parked), position);
  };
  const remove = (subject: string, position: Position) => {
    const parked = subjects.get(subject);
    if (!parked?.positions.delete(position)) return;
    count -= 1;
    if (parked.positions.size === 0) subjects.delete(subject);
    else if (position === parked.first) parked.first = null;
  };

  for (const event of await parking.list({ group })) add(event.subject, event.position);

  return {
    standing(subject, position) {
      const parked = subjects.get(subject);
      if (!parked || position < firstOf(parked)) return 'clear';
      return parked.positions.has(position) ? 'parked' : 'behind';
    },
    park({ position, organization }, subject, error, attempts) {
      add(subject, position);
      const parkedAt = new Date(now()).toISOString();
      parking.park({ group, subject, position, organization, error, parkedAt, attempts });
    },
    failedAgain: (event, error, attempts) =>
      parking.park({ ...event, error, attempts: event.attempts + attempts }),
    release({ subject, position }) {
      remove(subject, position);
      parking.release(group, subject, position);
    },
    list: (subject) => parking.list(subject === undefined ? { group } : { group, subject }),
    count: () => count,
  };
}
