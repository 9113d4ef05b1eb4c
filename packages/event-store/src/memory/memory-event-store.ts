import { type ExpectedVersion, versionOf } from '@countersign/event-sourcing';
import { DEFAULT_MAX_EVENT_BYTES, type StoreError } from '../errors.ts';
import type { NewEvent, RecordedEvent } from '../event.ts';
import type { Appended, EventStore } from '../event-store.ts';
import { createIsFull } from '../is-full.ts';
import { createDurability } from './durability.ts';
import { createMemoryLog, inCategories } from './log.ts';
import { subscribeToLog } from './subscription.ts';

/** What tests make happen: slow and failing disks, full backlogs, limits. */
export interface MemoryEventStoreOptions {
  /** Stands for the fsync: accepted events become durable when it resolves, the store fails when it rejects. */
  readonly sync?: () => Promise<void>;
  readonly maxEventBytes?: number;
  /** Largest append, all events together: default none, where other adapters have one. */
  readonly maxAppendBytes?: number;
  /** Most accepted events that wait for `sync`; beyond it appends are refused as overloaded. */
  readonly maxBacklogEvents?: number;
}

/** The ledger in memory: for tests, and the behaviour that the other adapters are compared with. */
export function createMemoryEventStore(options: MemoryEventStoreOptions = {}): EventStore {
  const log = createMemoryLog();
  const { maxEventBytes = DEFAULT_MAX_EVENT_BYTES } = options;
  const { maxAppendBytes = Number.POSITIVE_INFINITY, maxBacklogEvents = Number.POSITIVE_INFINITY } = options;
  const durability = createDurability(options.sync ?? (async () => {}), () => log.events.length);
  let closed = false;

  const check = (
    stream: string,
    expected: ExpectedVersion,
    events: readonly NewEvent[],
  ): StoreError | null => {
    if (closed) return { code: 'StoreUnavailable', reason: 'closed', detail: 'the store is closed' };
    if (durability.error())
      return { code: 'StoreUnavailable', reason: 'failed', detail: 'the store has failed' };
    if (events.length === 0) return { code: 'EmptyBatch' };
    let bytes = 0;
    for (const event of events) {
      const ofEvent = Buffer.byteLength(JSON.stringify(event));
      if (ofEvent > maxEventBytes) return { code: 'EventTooLarge', bytes: ofEvent, limit: maxEventBytes };
      bytes += ofEvent;
    }
    if (bytes > maxAppendBytes) return { code: 'EventTooLarge', bytes, limit: maxAppendBytes };
    const backlog = log.events.length - durability.position();
    if (backlog >= maxBacklogEvents) {
      return {
        code: 'StoreUnavailable',
        reason: 'overloaded',
        detail: `${backlog} events wait for the disk`,
      };
    }
    const actual = log.streams.get(stream)?.length ?? 0;
    if (actual !== versionOf(expected)) {
      return { code: 'VersionConflict', stream, expected: versionOf(expected), actual };
    }
    return null;
  };

  const repeatedAt = (
    stream: string,
    expected: ExpectedVersion,
    events: readonly NewEvent[],
  ): Appended | null => {
    const stored =
      log.streams.get(stream)?.slice(versionOf(expected), versionOf(expected) + events.length) ?? [];
    const same =
      stored.length === events.length && stored.every((e, i) => e.metadata.id === events[i]?.metadata.id);
    const last = stored.at(-1);
    return same && last
      ? { version: last.version, position: last.position, events: [], repeated: true }
      : null;
  };

  const accept = (stream: string, events: readonly NewEvent[]): Appended => {
    const heads = log.streams.get(stream) ?? [];
    log.streams.set(stream, heads);
    const recorded: RecordedEvent[] = events.map((event, index) => ({
      ...structuredClone(event),
      stream,
      version: heads.length + index + 1,
      position: log.events.length + index + 1,
    }));
    heads.push(...recorded);
    log.events.push(...recorded);
    durability.accepted();
    return { version: heads.length, position: log.events.length, events: recorded, repeated: false };
  };

  return {
    append(stream, expected, events) {
      const conflict = check(stream, expected, events);
      const result =
        conflict === null
          ? accept(stream, events)
          : (conflict.code === 'VersionConflict' && repeatedAt(stream, expected, events)) || conflict;
      const accepted = Promise.resolve(result);
      return { accepted, durable: 'code' in result ? accepted : durability.settle(result) };
    },
    async read(stream, { after = 0, limit, visibility = 'durable' } = {}) {
      const visible = visibility === 'accepted' ? log.events.length : durability.position();
      const events = (log.streams.get(stream) ?? []).filter(
        (e) => e.version > after && e.position <= visible,
      );
      return limit === undefined ? events : events.slice(0, limit);
    },
    async readPage({ from = 1, after = from - 1, limit, maxCharacters, categories, types, organization }) {
      const events: RecordedEvent[] = [];
      const isFull = createIsFull({ limit, maxCharacters });
      let position = after;
      for (const event of log.events.slice(after, durability.position())) {
        position = event.position;
        if (!inCategories(event, categories)) continue;
        if (types && !types.includes(event.type)) continue;
        if (organization !== undefined && event.metadata.organization !== organization) continue;
        events.push(event);
        if (isFull(event)) break;
      }
      return { events, position };
    },
    subscribe: (subscription, handler) => subscribeToLog(log, durability, subscription, handler),
    get acceptedPosition() {
      return log.events.length;
    },
    get durablePosition() {
      return durability.position();
    },
    whenDurable: (position) => durability.when(position),
    failed: durability.failed,
    async close() {
      closed = true;
      if (!durability.error()) await durability.when(log.events.length).catch(() => {});
      durability.close();
    },
  };
}
