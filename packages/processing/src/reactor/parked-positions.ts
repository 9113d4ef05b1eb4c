import type { Position } from '@countersign/event-store';

/** Where a message stands to what is parked of its subject. */
export type Standing = 'parked' | 'behind' | 'clear';

/** Positions of parked messages by subject, in memory. */
export interface ParkedPositions {
  standing(subject: string, position: Position): Standing;
  add(subject: string, position: Position): void;
  remove(subject: string, position: Position): void;
  /** These are all that is parked of the subject. */
  replace(subject: string, positions: readonly Position[]): void;
  count(): number;
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

/** Empty: nothing is parked. */
export function createParkedPositions(): ParkedPositions {
  const subjects = new Map<string, SubjectPositions>();
  let count = 0;

  return {
    standing(subject, position) {
      const parked = subjects.get(subject);
      if (!parked || position < firstOf(parked)) return 'clear';
      return parked.positions.has(position) ? 'parked' : 'behind';
    },
    add(subject, position) {
      const parked = subjects.get(subject);
      if (parked?.positions.has(position)) return;
      count += 1;
      if (!parked) return void subjects.set(subject, { first: position, positions: new Set([position]) });
      parked.positions.add(position);
      parked.first = Math.min(firstOf(parked), position);
    },
    remove(subject, position) {
      const parked = subjects.get(subject);
      if (!parked?.positions.delete(position)) return;
      count -= 1;
      if (parked.positions.size === 0) subjects.delete(subject);
      else if (position === parked.first) parked.first = null;
    },
    replace(subject, positions) {
      count += positions.length - (subjects.get(subject)?.positions.size ?? 0);
      if (positions.length === 0) subjects.delete(subject);
      else subjects.set(subject, { first: null, positions: new Set(positions) });
    },
    count: () => count,
  };
}
