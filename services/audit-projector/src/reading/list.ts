import type { Principal } from '@countersign/access';
import type { CloudEvent, Problem } from '@countersign/contracts';
import { type EventBatch, type EventStore, type RecordedEvent, readAll } from '@countersign/event-store';
import type { Message, Publisher } from '@countersign/message-bus';
import { fillPage, PAGE_BYTES, type PageAnswer, type PageEntries } from '@countersign/service';
import { lastVersionWhere } from '../stream-search.ts';
import { type EventFilter, type MaySee, storedTypesOf } from './filter.ts';
import { type ShownDependencies, shownEvent } from './shown.ts';

/** Reads of the ledger for one page, so that a filter that matches little can't hold a request for long. */
const MAX_READS = 20;
/** Events of one read, fewer where they are large. */
const READ_AT_ONCE = 1_000;
/** Of one stream they are read whatever their size. */
const READ_OF_STREAM = 64;

/** What may be shown: an event, and how it is published. */
interface Seen {
  readonly event: RecordedEvent;
  readonly message: Message;
}

/** One page of public events in ledger order, opened; `next` is null at the end of what is durable. */
export async function listEvents(
  deps: ShownDependencies & { readonly store: EventStore; readonly publisher: Publisher },
  principal: Principal,
  maySee: MaySee,
  filter: EventFilter,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<PageAnswer<CloudEvent | Problem>> {
  const { store, publisher } = deps;
  const types = storedTypesOf(publisher, filter);
  if (types.length === 0) return { items: [], next: null };
  const { organization } = principal;
  const bounds = { limit: READ_AT_ONCE, maxCharacters: PAGE_BYTES };
  const batches =
    filter.subject === null
      ? readAll(store, { after, types, organization, ...bounds })
      : streamBatches(store, filter.subject, types, after);
  return fillPage(
    seenOf(batches, publisher, maySee),
    limit,
    ({ event }) => String(event.position),
    ({ event, message }) => shownEvent(deps, event, message),
  );
}

/** Those of a bounded number of batches. */
async function* seenOf(
  batches: AsyncGenerator<EventBatch>,
  publisher: Publisher,
  maySee: MaySee,
): PageEntries<Seen> {
  let reads = 0;
  for await (const { events, position } of batches) {
    for (const event of events) {
      const message = (await maySee(event)) ? publisher.publish(event) : null;
      if (message) yield { event, message };
    }
    reads += 1;
    if (reads === MAX_READS) return String(position);
  }
  return null;
}

/** The durable events of one stream from a position on. */
async function* streamBatches(
  store: EventStore,
  stream: string,
  types: readonly string[],
  after: number,
): AsyncGenerator<EventBatch> {
  const isBefore = ({ position }: RecordedEvent) => position <= after;
  let version = after === 0 ? 0 : await lastVersionWhere(store, stream, 'durable', isBefore);
  for (;;) {
    const events = await store.read(stream, { after: version, limit: READ_OF_STREAM });
    const last = events.at(-1);
    if (!last) return;
    yield { events: events.filter(({ type }) => types.includes(type)), position: last.position };
    version = last.version;
  }
}
