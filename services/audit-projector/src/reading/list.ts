import type { Principal } from '@countersign/access';
import { type CloudEvent, type Problem, problem } from '@countersign/contracts';
import { type EventBatch, type EventStore, type RecordedEvent, readAll } from '@countersign/event-store';
import { isProblem } from '@countersign/http';
import type { Publisher } from '@countersign/message-bus';
import { lastVersionWhere } from '../stream-search.ts';
import { type EventFilter, type MaySee, storedTypesOf } from './filter.ts';
import { type ShownDependencies, shownEvent } from './shown.ts';

interface EventPage {
  readonly items: readonly CloudEvent[];
  /** Where the next page begins; `null` at the end of what is durable. */
  readonly next: string | null;
}

/** Events looked at for one page, so that a filter that matches little can't hold a request for long. */
const MAX_LOOKED_AT = 20_000;
const PAGE = 1_000;

/** One page of public events in ledger order, opened. */
export async function listEvents(
  deps: ShownDependencies & { readonly store: EventStore; readonly publisher: Publisher },
  principal: Principal,
  maySee: MaySee,
  filter: EventFilter,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<EventPage | Problem> {
  const { store, publisher } = deps;
  const types = storedTypesOf(publisher, filter);
  if (types.length === 0) return { items: [], next: null };
  const pages =
    filter.subject === null
      ? readAll(store, { after, types, organization: principal.organization, limit: PAGE })
      : streamPages(store, filter.subject, types, after);
  const items: CloudEvent[] = [];
  let lookedAt = 0;
  for await (const page of pages) {
    for (const event of page.events) {
      if (!(await maySee(event))) continue;
      const message = publisher.publish(event);
      if (!message) continue;
      const opened = await shownEvent(deps, event, message);
      if (isProblem(opened)) return opened;
      items.push(opened);
      if (items.length === limit) return { items, next: String(event.position) };
    }
    lookedAt += PAGE;
    if (lookedAt >= MAX_LOOKED_AT) return { items, next: String(page.position) };
  }
  return { items, next: null };
}

/** The durable events of one stream from a position on. */
async function* streamPages(
  store: EventStore,
  stream: string,
  types: readonly string[],
  after: number,
): AsyncGenerator<EventBatch> {
  const isBefore = ({ position }: RecordedEvent) => position <= after;
  let version = after === 0 ? 0 : await lastVersionWhere(store, stream, 'durable', isBefore);
  for (;;) {
    const page = await store.read(stream, { after: version, limit: PAGE });
    const last = page.at(-1);
    if (!last) return;
    yield { events: page.filter(({ type }) => types.includes(type)), position: last.position };
    version = last.version;
  }
}

/** A cursor as it was given out; a problem for anything else. `pointer` says where the caller wrote it. */
export function positionOf(cursor: string | undefined, pointer = '/query/after'): number | Problem {
  if (cursor === undefined) return 0;
  const position = /^[0-9]{1,15}$/.test(cursor) ? Number(cursor) : Number.NaN;
  if (Number.isSafeInteger(position)) return position;
  return problem('invalid_request', `${pointer}: is no position of this ledger`, {
    errors: [{ pointer, detail: 'must be a position exactly as Countersign gave it' }],
  });
}
