import { type DeadLetter, isParkedCause } from '@countersign/message-bus';
import type { Read } from './letter.ts';

/** Letters that nobody has replayed, folded from the records of a topic in the order of each partition. */
export interface OpenLetters {
  /** @param partition that the record stands in: of the letter's original, too. */
  apply(partition: number, read: Read): void;
  /** In the order of their ids. */
  all(): DeadLetter[];
}

/** Folds one topic's letters and replays: what was put aside and not replayed since. */
export function createOpenLetters(): OpenLetters {
  const byPlace = new Map<string, DeadLetter>();
  const placeOf = (partition: number, offset: string) => `${partition}/${offset}`;
  return {
    apply(partition, read) {
      if (read.kind === 'replayed') byPlace.delete(placeOf(partition, read.offset));
      if (read.kind !== 'letter') return;
      const { letter } = read;
      const place = placeOf(partition, letter.offset);
      const known = byPlace.get(place)?.causes ?? [];
      const others = known.filter(({ group }) => group !== letter.causes[0]?.group);
      byPlace.set(place, { ...letter, causes: [...others, ...letter.causes] });
    },
    all: () => [...byPlace.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
  };
}

/** Whether it is released by where it is parked, not by being replayed. */
export function isParked({ causes }: DeadLetter): boolean {
  return causes.every(isParkedCause);
}
