import type { Principal } from '@countersign/access';
import { type CloudEvent, type Problem, problem } from '@countersign/contracts';
import type { EventBatch, EventStore } from '@countersign/event-store';
import { isProblem } from '@countersign/http';
import type { Publisher } from '@countersign/message-bus';
import type { Sealer } from '@countersign/sealing';
import { openedCloudEvent } from '@countersign/service';
import { type EventFilter, type MaySee, storedTypesOf } from './filter.ts';

export interface EventPage {
  readonly items: readonly CloudEvent[];
  /** Where the next page begins; `null` at the end of what is durable. */
  readonly next: string | null;
}

/** Events looked at for one page, so that a filter that matches little can't hold a request for long. */
const MAX_LOOKED_AT = 20_000;
const PAGE = 1_000;

/** One page of public events in ledger order, opened. */
export async function listEvents(
  deps: { readonly store: EventStore; readonly publisher: Publisher; readonly sealer: Sealer },
  principal: Principal,
  maySee: MaySee,
  filter: EventFilter,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<EventPage | Problem> {
  const { store, publisher, sealer } = deps;
  const types = storedTypesOf(publisher, filter);
  const items: CloudEvent[] = [];
  let position = after;
  for (let looked = 0; looked < MAX_LOOKED_AT; looked += PAGE) {
    const page = await nextPage(store, filter, types, principal.organization, position);
    for (const event of page.events) {
      position = event.position;
      if (!(await maySee(event))) continue;
      const message = publisher.publish(event);
      if (!message) continue;
      const opened = await openedCloudEvent(sealer, message);
      if (isProblem(opened)) return opened;
      items.push(opened);
      if (items.length === limit) return { items, next: String(position) };
    }
    if (page.position <= position && page.events.length < PAGE) return { items, next: null };
    position = Math.max(position, page.position);
    if (page.events.length < PAGE) return { items, next: null };
  }
  return { items, next: String(position) };
}

/** From one stream where the filter names it, else from the whole ledger. */
async function nextPage(
  store: EventStore,
  { subject }: EventFilter,
  types: readonly string[],
  organization: string,
  after: number,
): Promise<EventBatch> {
  if (subject === null) return store.readPage({ after, limit: PAGE, types, organization });
  const events = (await store.read(subject)).filter(
    (event) => event.position > after && types.includes(event.type),
  );
  return { events: events.slice(0, PAGE), position: events.at(PAGE - 1)?.position ?? store.durablePosition };
}

/** A cursor as it was given out; a problem for anything else. */
export function positionOf(cursor: string | undefined): number | Problem {
  if (cursor === undefined) return 0;
  const position = /^[0-9]{1,15}$/.test(cursor) ? Number(cursor) : Number.NaN;
  if (Number.isSafeInteger(position)) return position;
  return problem('invalid_request', '/query/after: is no position of this ledger', {
    errors: [{ pointer: '/query/after', detail: 'must be a position exactly as Countersign gave it' }],
  });
}
