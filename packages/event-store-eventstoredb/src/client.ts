import type { StreamVersion } from '@countersign/event-sourcing';
import type { Position, StoreError } from '@countersign/event-store';
import {
  BACKWARDS,
  type RecordedEvent as ClientEvent,
  END,
  EventStoreDBClient,
  jsonEvent,
  MaxAppendSizeExceededError,
  NO_STREAM,
  START,
  StreamNotFoundError,
  streamNameFilter,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { createFeed, type Feed } from './feed.ts';
import './native-base64.ts';
import { type StoredEvent, storedEvent, type WireEvent } from './wire-event.ts';

/** Everything that this package says to EventStoreDB. No other file but `feed.ts` and `wire-event.ts` knows the client. */
export interface LedgerClient {
  /** Never rejects and always settles: silence, and whatever does not say that nothing was stored, is `OutcomeUnknown`. */
  append(
    stream: string,
    expected: StreamVersion,
    events: readonly WireEvent[],
  ): Promise<Written | StoreError>;
  /** Versions behind `after`. */
  readStream(stream: string, after: StreamVersion, limit: number): Promise<StoredEvent[]>;
  /** The last event of a stream, `null` if there is none. */
  lastOf(stream: string): Promise<StoredEvent | null>;
  /**
   * Positions from `from` on, of all streams. The server takes the places of events alone: 0, or a position that it gave.
   * Ends with the second event or a later one once there are so many characters of JSON: the first may be known already.
   */
  readAll(from: Position, limit: number, maxCharacters?: number): Promise<StoredEvent[]>;
  /** The last events of all streams, newest first. */
  lastOfAll(limit: number): Promise<StoredEvent[]>;
  /** Positions behind `after` of the streams whose names match; how often the server tells what it has passed over. */
  follow(after: Position, streams: string, tells: keyof typeof TELLS): Feed;
  close(): Promise<void>;
}

/** Where the last event of an append stands. */
export interface Written {
  readonly version: StreamVersion;
  readonly position: Position;
}

/** The client can't be used as it is asked for. */
export interface CannotOpen {
  readonly code: 'CannotOpen';
  readonly detail: string;
}

/**
 * The server looks at `maxSearchWindow` events at a time, and after `checkpointInterval` of these windows it tells how far
 * it is. `each`: of each event that it leaves out, which is dear for long ways. `some`: for those.
 */
const TELLS = {
  each: { maxSearchWindow: 1, checkpointInterval: 1 },
  some: { maxSearchWindow: 32, checkpointInterval: 8 },
} as const;

/**
 * An error on one client's stream rejects the waiting appends of every other client of the process: there is one bank of
 * promises for all (B4). So there is one client.
 */
let opened: string | null = null;

/** Opens the process's one client. `timeoutMs` is our own: the client has none for appends on its open call (B2). */
export function openClient(url: string, timeoutMs: number): LedgerClient | CannotOpen {
  if (opened !== null)
    return { code: 'CannotOpen', detail: 'this process has a client of EventStoreDB already' };
  if (/throwOnAppendFailure=(?!true)/i.test(url)) {
    return { code: 'CannotOpen', detail: 'throwOnAppendFailure makes the client answer wrong revisions' };
  }
  let client: EventStoreDBClient;
  try {
    client = EventStoreDBClient.connectionString(url);
  } catch {
    return { code: 'CannotOpen', detail: 'the connection string is none of EventStoreDB' };
  }
  opened = url;

  const within = <T>(promise: Promise<T>): Promise<T> => {
    // Settles late, or never: nobody waits for it then.
    promise.catch(() => {});
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    });
    return Promise.race([promise, silence]).finally(() => clearTimeout(timer));
  };
  const collect = async (reading: Reading, maxCharacters?: number): Promise<StoredEvent[]> => {
    const read = async () => {
      const events: StoredEvent[] = [];
      let characters = 0;
      const iterator = reading[Symbol.asyncIterator]();
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
        const { event } = next.value;
        if (!event) continue;
        events.push(storedEvent(event));
        if (maxCharacters === undefined) continue;
        characters += JSON.stringify([event.data, event.metadata]).length;
        if (characters < maxCharacters || events.length === 1) continue;
        // The rest is not waited for: the client's stream does not end by being left.
        reading.cancel().catch(() => {});
        break;
      }
      return events;
    };
    try {
      return await within(read());
    } catch (error) {
      if (error instanceof StreamNotFoundError) return [];
      reading.cancel().catch(() => {});
      throw unreadable(error);
    }
  };
  const at = (position: Position) => ({ commit: BigInt(position), prepare: BigInt(position) });

  return {
    async append(stream, expected, events) {
      try {
        const result = await within(
          client.appendToStream(stream, events.map(jsonEvent), {
            expectedRevision: expected === 0 ? NO_STREAM : BigInt(expected - 1),
            requiresLeader: true,
            deadline: timeoutMs,
          }),
        );
        if (!result.success || !result.position) return unknown('the answer has no position');
        return {
          version: Number(result.nextExpectedRevision) + 1,
          position: Number(result.position.commit),
        };
      } catch (error) {
        return storeErrorOf(error, stream, expected);
      }
    },
    readStream: (stream, after, limit) =>
      collect(
        client.readStream(stream, { fromRevision: BigInt(after), maxCount: limit, requiresLeader: true }),
      ),
    async lastOf(stream) {
      const reading = { direction: BACKWARDS, fromRevision: END, maxCount: 1, requiresLeader: true } as const;
      return (await collect(client.readStream(stream, reading)))[0] ?? null;
    },
    readAll: (from, limit, maxCharacters) =>
      collect(
        client.readAll({
          fromPosition: from === 0 ? START : at(from),
          maxCount: limit,
          requiresLeader: true,
        }),
        maxCharacters,
      ),
    lastOfAll: (limit) =>
      collect(
        client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: limit, requiresLeader: true }),
      ),
    follow(after, streams, tells) {
      const feed = createFeed();
      feed.attach(
        client.subscribeToAll(
          {
            fromPosition: after === 0 ? START : at(after),
            requiresLeader: true,
            filter: streamNameFilter({
              regex: streams,
              ...TELLS[tells],
              checkpointReached: async (_, { commit }) => feed.covered(Number(commit)),
            }),
          },
          { highWaterMark: FEED_EVENTS },
        ),
      );
      return feed;
    },
    async close() {
      opened = null;
      await client.dispose();
    },
  };
}

/** Events that a subscription holds ready. */
const FEED_EVENTS = 500;

interface Reading extends AsyncIterable<{ readonly event?: ClientEvent | undefined }> {
  cancel(): Promise<void>;
}

/** A read that has no answer, by the code that those who read look for. */
function unreadable(cause: unknown): Error {
  const detail = cause instanceof Error ? cause.message : String(cause);
  return Object.assign(new Error(detail, { cause }), { code: 'StoreUnavailable' });
}

const unknown = (detail: string): StoreError => ({ code: 'OutcomeUnknown', detail });

/** Only what says that nothing was stored is a refusal. */
function storeErrorOf(error: unknown, stream: string, expected: StreamVersion): StoreError {
  if (error instanceof WrongExpectedVersionError) {
    const { actualVersion } = error;
    const actual = typeof actualVersion === 'bigint' ? Number(actualVersion) + 1 : 0;
    return { code: 'VersionConflict', stream, expected, actual };
  }
  if (error instanceof MaxAppendSizeExceededError) {
    return { code: 'EventTooLarge', bytes: error.maxAppendSize + 1, limit: error.maxAppendSize };
  }
  return unknown(error instanceof Error && error.message !== '' ? error.message : 'the append was cut off');
}
