import type {
  EventBatch,
  EventStore,
  Position,
  ReadPageOptions,
  RecordedEvent,
} from '@countersign/event-store';
import type { LedgerClient } from './client.ts';
import type { Head } from './head.ts';
import { inCategories, isOfLedger } from './streams.ts';

/** Events asked for at a time. */
const STEP = 500;

/** Reads of the ledger by stream and by position. */
export interface LedgerReading {
  read: EventStore['read'];
  page(options: ReadPageOptions): Promise<EventBatch>;
}

/** Reads in steps of bounded size; tells `head` how far the ledger was seen. */
export function createReading(
  client: Pick<LedgerClient, 'readStream' | 'readAll'>,
  head: Pick<Head, 'observe'>,
): LedgerReading {
  return {
    async read(stream, { after = 0, limit = Number.MAX_SAFE_INTEGER } = {}) {
      const events: RecordedEvent[] = [];
      for (let from = after; events.length < limit; ) {
        const step = await client.readStream(stream, from, Math.min(STEP, limit - events.length));
        for (const { event } of step) if (event) events.push(event);
        const last = step.at(-1);
        if (!last || step.length < STEP) break;
        from = last.version;
      }
      const last = events.at(-1);
      if (last) head.observe(last.position);
      return events;
    },
    /** The client has no filter for reads: what is not wanted is read and left out here. */
    async page({ from, after = 0, limit, categories, types, organization }) {
      const events: RecordedEvent[] = [];
      let position: Position = from ?? after;
      // What stands at the place that is given comes too: the last one known already, unless it is asked for.
      let known = from === undefined ? after : 0;
      const filtered = categories !== undefined || types !== undefined || organization !== undefined;
      for (let place = from ?? after; events.length < limit; ) {
        const most = filtered ? STEP : Math.min(STEP, limit - events.length + 1);
        const step = await client.readAll(place, most);
        for (const stored of step) {
          if (events.length === limit) break;
          const { event } = stored;
          if (stored.position <= known) continue;
          if (!event || !isOfLedger(stored)) continue;
          position = event.position;
          if (!inCategories(event.stream, categories)) continue;
          if (types && !types.includes(event.type)) continue;
          if (organization !== undefined && event.metadata.organization !== organization) continue;
          events.push(event);
        }
        const last = step.at(-1);
        if (!last || step.length < most) break;
        place = last.position;
        known = place;
      }
      head.observe(position);
      return { events, position };
    },
  };
}
