import {
  createIsFull,
  type EventBatch,
  type EventStore,
  type Position,
  type ReadPageOptions,
  type RecordedEvent,
} from '@countersign/event-store';
import type { LedgerClient } from './client.ts';
import type { Head } from './head.ts';
import { inCategories, isOfLedger } from './streams.ts';
import type { StoredEvent } from './wire-event.ts';

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
    async page({ from, after = 0, limit, maxCharacters, categories, types, organization }) {
      const events: RecordedEvent[] = [];
      const isFull = createIsFull({ limit, maxCharacters });
      let position: Position = from ?? after;
      // What stands at the place that is given comes too: the last one known already, unless it is asked for.
      let known = from === undefined ? after : 0;
      const filtered = categories !== undefined || types !== undefined || organization !== undefined;
      /** What is wanted of a step; true once the page is full. */
      const add = (step: readonly StoredEvent[]): boolean => {
        for (const stored of step) {
          const { event } = stored;
          if (stored.position <= known) continue;
          if (!event || !isOfLedger(stored)) continue;
          position = event.position;
          if (!inCategories(event.stream, categories)) continue;
          if (types && !types.includes(event.type)) continue;
          if (organization !== undefined && event.metadata.organization !== organization) continue;
          events.push(event);
          if (isFull(event)) return true;
        }
        return false;
      };
      for (let place = from ?? after; ; ) {
        const most = filtered ? STEP : Math.min(STEP, limit - events.length + 1);
        const step = await client.readAll(place, most, maxCharacters);
        if (add(step)) break;
        const last = step.at(-1);
        // A step that its size has ended is short as well: there is no more where nothing new comes.
        const isEnd = maxCharacters === undefined ? step.length < most : (last?.position ?? 0) <= place;
        if (!last || isEnd) break;
        place = last.position;
        known = place;
      }
      head.observe(position);
      return { events, position };
    },
  };
}
