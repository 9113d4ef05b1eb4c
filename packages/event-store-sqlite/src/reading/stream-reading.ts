import type { StreamVersion } from '@countersign/event-sourcing';
import type { Position, RecordedEvent } from '@countersign/event-store';
import { decodeRows } from '../ledger/event-codec.ts';
import type { StreamHeads } from '../ledger/stream-heads.ts';
import type { Tail } from '../ledger/tail.ts';
import type { ReaderThread } from '../threads/reader-thread.ts';

/** Events per reply of the reader. */
const STREAM_PAGE = 1000;

/** A stream's events after a version, up to a position; young ones from the tail, older ones from disk. */
export type StreamReading = (
  stream: string,
  after: StreamVersion,
  until: Position,
  limit: number,
) => Promise<RecordedEvent[]>;

/** Young streams out of memory, others from the disk. */
export function createStreamReading(tail: Tail, heads: StreamHeads, reader: ReaderThread): StreamReading {
  return async (stream, after, until, limit) => {
    const recent = tail.ofStream(stream);
    const oldest = recent[0];
    const known = oldest ? oldest.version - 1 : heads.get(stream);
    const young = recent.filter((event) => event.version > after && event.position <= until);
    if (known !== undefined && known <= after) return young.slice(0, limit);

    // What has left the tail is durable. The rest of `recent` was taken before waiting, so nothing falls between.
    const boundary = oldest ? Math.min(until, oldest.position - 1) : until;
    const events: RecordedEvent[] = [];
    for (let looked = after, more = true; more && events.length < limit; ) {
      const request = {
        stream,
        after: looked,
        until: boundary,
        limit: Math.min(STREAM_PAGE, limit - events.length),
      };
      const rows = await reader.read<'stream'>({ kind: 'stream', ...request });
      for (const event of decodeRows(rows.columns)) events.push(event);
      looked = rows.looked;
      more = rows.more;
    }
    for (const event of young) if (events.length < limit) events.push(event);
    return events;
  };
}
