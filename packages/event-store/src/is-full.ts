import type { RecordedEvent } from './event.ts';
import type { ReadPageOptions } from './event-store.ts';

/** Told of each event of a page in turn: whether it is the last one. For adapters, so that all of them end pages alike. */
export function createIsFull({
  limit,
  maxCharacters,
}: {
  readonly limit: ReadPageOptions['limit'];
  readonly maxCharacters: ReadPageOptions['maxCharacters'];
}): (event: RecordedEvent) => boolean {
  let events = 0;
  let characters = 0;
  return (event) => {
    events += 1;
    if (maxCharacters !== undefined) characters += JSON.stringify(event).length;
    return events >= limit || (maxCharacters !== undefined && characters >= maxCharacters);
  };
}
