import type { EventStore, RecordedEvent, Visibility } from '@countersign/event-store';

/**
 * The version of the last event of a stream that satisfies `holds`, 0 if none does. `holds` is true of all events up to
 * one and of none after it. Takes one-event reads that grow with the logarithm of the answer: a stream may be long.
 */
export async function lastVersionWhere(
  store: Pick<EventStore, 'read'>,
  stream: string,
  visibility: Visibility,
  holds: (event: RecordedEvent) => boolean,
): Promise<number> {
  const holdsAt = async (version: number): Promise<boolean> => {
    const [event] = await store.read(stream, { after: version - 1, limit: 1, visibility });
    return event !== undefined && holds(event);
  };
  let above = 1;
  while (await holdsAt(above)) above *= 2;
  let known = Math.floor(above / 2);
  while (above - known > 1) {
    const middle = Math.floor((known + above) / 2);
    if (await holdsAt(middle)) known = middle;
    else above = middle;
  }
  return known;
}
