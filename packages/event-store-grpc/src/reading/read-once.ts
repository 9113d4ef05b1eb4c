import type { EventStore, RecordedEvent } from '@countersign/event-store';
import type { Outlet } from '../outlet.ts';
import { encodeEvent, streamIdentifier } from '../protocol/event-codec.ts';
import type { ReadResp } from '../protocol/messages.ts';
import { globalBackwards, globalForwards } from './global-order.ts';
import type { Place, ReadRequest } from './read-request.ts';
import { streamBackwards, streamForwards, streamVersion } from './stream-order.ts';

/**
 * A read that ends by itself. Nothing but events and "not found" is sent: some clients end at anything else. Answers the
 * number of events sent.
 */
export async function readOnce(
  store: EventStore,
  request: ReadRequest,
  outlet: Outlet<ReadResp>,
): Promise<number> {
  const { stream, filter } = request;
  const count = request.count ?? 0;
  if (stream !== null && (await store.read(stream, { limit: 1 })).length === 0) {
    await outlet.send({ streamNotFound: { streamIdentifier: streamIdentifier(stream) } });
    return 0;
  }
  let sent = 0;
  if (count === 0) return sent;
  const events =
    stream === null ? everything(store, request, count) : await oneStream(store, stream, request);
  for await (const event of events) {
    if (!outlet.isOpen) break;
    if (filter && !filter.matches(event)) continue;
    await outlet.send(encodeEvent(event));
    sent += 1;
    if (sent === count) break;
  }
  return sent;
}

/** Forwards includes the place that is given, backwards excludes it. */
function everything(
  store: EventStore,
  { from, backwards }: ReadRequest,
  count: number,
): AsyncIterable<RecordedEvent> {
  if (backwards) return globalBackwards(store, from === 'end' ? Number.MAX_SAFE_INTEGER : at(from), count);
  return globalForwards(store, from === 'end' ? store.durablePosition : Math.max(0, at(from) - 1));
}

/** Both directions include the revision that is given: revision r is version r + 1. */
async function oneStream(
  store: EventStore,
  stream: string,
  { from, backwards }: ReadRequest,
): Promise<AsyncIterable<RecordedEvent>> {
  const last = backwards || from === 'end' ? await streamVersion(store, stream) : 0;
  if (backwards) return streamBackwards(store, stream, from === 'end' ? last : Math.min(last, at(from) + 1));
  return streamForwards(store, stream, from === 'end' ? last : at(from));
}

const at = (from: Exclude<Place, 'end'>) => (from === 'start' ? 0 : from);
