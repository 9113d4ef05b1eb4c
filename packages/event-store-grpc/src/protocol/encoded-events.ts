import type { RecordedEvent } from '@countersign/event-store';
import { streamsService } from './definitions.ts';
import { encodeEvent } from './event-codec.ts';

/** The newest events that are kept as bytes: those who follow live are this close together. */
const KEPT = 256;

/**
 * Encodes events for the many that follow the ledger live: the store gives each of them the same event, and encoding it is
 * most of what sending it costs. An event is known by its identity, so one that is read anew is encoded anew.
 */
export function createEncodedEvents(): (event: RecordedEvent) => Buffer {
  const { responseSerialize } = streamsService.Read;
  const kept: { readonly event: RecordedEvent; readonly bytes: Buffer }[] = [];
  return (event) => {
    const place = event.position % KEPT;
    const known = kept[place];
    if (known?.event === event) return known.bytes;
    const bytes = responseSerialize(encodeEvent(event));
    kept[place] = { event, bytes };
    return bytes;
  };
}
