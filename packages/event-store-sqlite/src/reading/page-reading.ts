import { categoryOf } from '@countersign/event-sourcing';
import {
  createIsFull,
  type EventBatch,
  type Position,
  type ReadPageOptions,
  type RecordedEvent,
} from '@countersign/event-store';
import { decodeRows } from '../ledger/event-codec.ts';
import type { Tail } from '../ledger/tail.ts';
import type { PageFilter } from '../threads/reader-protocol.ts';
import type { ReaderThread } from '../threads/reader-thread.ts';

/** One page of events up to a position: from disk, or from the tail when it is recent. */
export async function readPage(
  tail: Tail,
  reader: ReaderThread,
  until: Position,
  { from = 1, after = from - 1, limit, maxCharacters, ...filter }: ReadPageOptions,
): Promise<EventBatch> {
  const events: RecordedEvent[] = [];
  const isFull = createIsFull({ limit, maxCharacters });
  let position = after;
  while (position < until) {
    if (position >= tail.start) {
      for (const event of tail.slice(position, until)) {
        position = event.position;
        if (!matches(event, filter)) continue;
        events.push(event);
        if (isFull(event)) return { events, position };
      }
    } else {
      const request = { after: position, until, limit: limit - events.length, filter };
      const rows = await reader.read<'page'>({ kind: 'page', ...request });
      for (const event of decodeRows(rows.columns)) {
        events.push(event);
        if (isFull(event)) return { events, position: event.position };
      }
      position = rows.looked;
    }
  }
  return { events, position };
}

function matches(event: RecordedEvent, { categories, types, organization }: PageFilter): boolean {
  return (
    (categories === undefined || categories.includes(categoryOf(event.stream))) &&
    (types === undefined || types.includes(event.type)) &&
    (organization === undefined || event.metadata.organization === organization)
  );
}
