import { randomUUID } from 'node:crypto';
import { categoryOf } from '@countersign/event-sourcing';
import type { EventStore, Position, RecordedEvent } from '@countersign/event-store';
import { PAGE_EVENTS } from '../limits.ts';
import type { Outlet } from '../outlet.ts';
import type { ReadResp } from '../protocol/messages.ts';
import type { ReadRequest } from './read-request.ts';
import { streamForwards, streamVersion } from './stream-order.ts';

/**
 * Confirmation, then what is stored, then "caught up", then what comes, without gap or duplicate; until the caller goes,
 * the store ends or `allowed` says no. `encoded` makes an event's bytes. Answers the number of events sent.
 */
export async function subscribe(
  store: EventStore,
  request: ReadRequest,
  outlet: Outlet<ReadResp | Buffer>,
  allowed: () => boolean,
  encoded: (event: RecordedEvent) => Buffer,
): Promise<number> {
  await outlet.send({ confirmation: { subscriptionId: randomUUID() } });
  const source = request.stream === null ? globalSource(store) : streamSource(store, request.stream);
  const start = await source.start(request.from);
  const { filter } = request;
  let sent = 0;
  let looked = 0;
  let due: Position | null = null;
  const hand = async (event: RecordedEvent): Promise<void> => {
    if (!outlet.isOpen || !source.wants(event)) return;
    if (!filter || filter.matches(event)) {
      sent += 1;
      await outlet.send(encoded(event));
    }
    looked += 1;
    if (!filter || looked < filter.checkpointEvery) return;
    looked = 0;
    due = event.position;
  };
  /** Of checkpoints that are due together the last says all. */
  const tellCheckpoint = async (): Promise<void> => {
    if (due === null) return;
    const at = String(due);
    due = null;
    await outlet.send({ checkpoint: { commitPosition: at, preparePosition: at } });
  };

  const ended = Promise.withResolvers<void>();
  if (start.stored) for await (const event of start.stored) await hand(event);
  const subscription = store.subscribe(
    { after: start.after, maxBatch: PAGE_EVENTS, ...(source.categories ?? {}) },
    async ({ events }) => {
      if (!allowed()) return ended.resolve();
      for (const event of events) await hand(event);
      await tellCheckpoint();
    },
  );
  subscription.caughtUp.then(
    () => outlet.send({ caughtUp: {} }),
    () => {},
  );
  await Promise.race([outlet.gone, subscription.ended, ended.promise]);
  await subscription.close();
  return sent;
}

interface Source {
  /** Where the store's subscription begins, and what of a stream is handed out before it. */
  start(from: ReadRequest['from']): Promise<{ after: Position; stored?: AsyncIterable<RecordedEvent> }>;
  wants(event: RecordedEvent): boolean;
  readonly categories?: { readonly categories: readonly string[] };
}

function globalSource(store: EventStore): Source {
  return {
    async start(from) {
      if (from === 'end') return { after: store.durablePosition };
      return { after: from === 'start' ? 0 : from };
    },
    wants: () => true,
  };
}

/** The stream is read up to what is durable now, and followed from there; its versions say what has been handed out. */
function streamSource(store: EventStore, stream: string): Source {
  let version = 0;
  return {
    async start(from) {
      const after = store.durablePosition;
      if (from === 'end') version = await streamVersion(store, stream);
      else version = from === 'start' ? 0 : from + 1;
      return { after, stored: streamForwards(store, stream, version) };
    },
    wants(event) {
      if (event.stream !== stream || event.version <= version) return false;
      version = event.version;
      return true;
    },
    categories: { categories: [categoryOf(stream)] },
  };
}
