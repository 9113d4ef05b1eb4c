import type { CheckpointStore, ParkedEvent, ParkingLot } from '../checkpoints.ts';

/** Checkpoints and parked events in memory, for tests beside the memory ledger. */
export function createMemoryCheckpoints(): CheckpointStore & ParkingLot {
  const positions = new Map<string, number>();
  let parked: ParkedEvent[] = [];
  const same = (a: ParkedEvent, group: string, subject: string, position: number) =>
    a.group === group && a.subject === subject && a.position === position;
  return {
    load: async (group) => positions.get(group) ?? null,
    save: (group, position) => void positions.set(group, position),
    park(event) {
      parked = [...parked.filter((other) => !same(other, event.group, event.subject, event.position)), event];
    },
    release(group, subject, position) {
      parked = parked.filter((event) => !same(event, group, subject, position));
    },
    list: async (filter = {}) =>
      parked
        .filter(
          (event) =>
            (filter.group === undefined || event.group === filter.group) &&
            (filter.subject === undefined || event.subject === filter.subject) &&
            (filter.organization === undefined || event.organization === filter.organization),
        )
        .sort((a, b) => a.position - b.position),
  };
}
