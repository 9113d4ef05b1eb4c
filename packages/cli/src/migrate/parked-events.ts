import type { ParkedEvent, ParkingLot, Position } from '@countersign/event-store';

/** Parks in the target what is parked in the source, at the places where the events stand there. */
export async function copyParked(
  parked: readonly ParkedEvent[],
  target: ParkingLot,
  positions: ReadonlyMap<Position, Position>,
): Promise<void> {
  const keyOf = ({ group, subject, position }: ParkedEvent) => JSON.stringify([group, subject, position]);
  const standing = new Set((await target.list()).map(keyOf));
  for (const event of parked) {
    const there = { ...event, position: positions.get(event.position) ?? 0 };
    if (!standing.has(keyOf(there))) await target.park(there);
  }
}
