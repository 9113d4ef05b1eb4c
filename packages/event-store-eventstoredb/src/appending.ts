import { type ExpectedVersion, type StreamVersion, versionOf } from '@countersign/event-sourcing';
import {
  type Appended,
  type AppendReceipt,
  createRecentlyUsed,
  type NewEvent,
  type StoreError,
} from '@countersign/event-store';
import type { LedgerClient, Written } from './client.ts';
import type { Head } from './head.ts';
import { keepLast, metadataOf } from './note-writing.ts';
import { EPHEMERAL_EVENTS_KEPT, isEphemeral } from './streams.ts';
import { type WireEvent, wireEvent } from './wire-event.ts';

interface AppendLimits {
  readonly maxEventBytes: number;
  readonly maxAppendBytes: number;
}

/** Appends of this process, in the order in which they were asked for. */
export interface Appending {
  append(stream: string, expected: ExpectedVersion, events: readonly NewEvent[]): AppendReceipt;
  /** Whether the version belongs to an append of this process that has more events behind it. */
  goesOn(stream: string, version: StreamVersion): boolean;
  /** Refuses from now on; resolves when what is under way has settled. */
  stop(): Promise<void>;
}

type Outcome = Promise<Appended | StoreError>;

/** Accepted and durable are one here: the server answers at a quorum. */
export function createAppending(
  client: Pick<LedgerClient, 'append' | 'readStream'>,
  head: Pick<Head, 'position' | 'observe'>,
  limits: AppendLimits,
): Appending {
  const underWay = new Map<string, Outcome>();
  const ends = createRecentlyUsed<StreamVersion>(ENDS_KEPT);
  let stopped = false;

  /** The last of the events, if they stand behind `expected`. */
  const standing = async (
    stream: string,
    expected: StreamVersion,
    events: readonly NewEvent[],
  ): Promise<Written | null> => {
    const stored = await client.readStream(stream, expected, events.length);
    const same = stored.every(({ event }, index) => event?.metadata.id === events[index]?.metadata.id);
    return same && stored.length === events.length ? (stored.at(-1) ?? null) : null;
  };

  const written = (
    stream: string,
    expected: StreamVersion,
    events: readonly NewEvent[],
    { version, position }: Written,
    before: number,
  ): Appended => {
    head.observe(position);
    // Behind what was known before the call nothing new can stand.
    if (position <= before) return { version, position, events: [], repeated: true };
    const recorded = events.map((event, index) => ({ ...event, stream, version: expected + index + 1 }));
    return { version, position, events: recorded, repeated: false };
  };

  const write = async (
    stream: string,
    expected: StreamVersion,
    events: readonly NewEvent[],
    wire: readonly WireEvent[],
  ): Outcome => {
    if (expected === 0 && isEphemeral(stream)) {
      const bounded = await client.append(metadataOf(stream), 0, [keepLast(EPHEMERAL_EVENTS_KEPT)]);
      // A conflict: they are there.
      if ('code' in bounded && bounded.code !== 'VersionConflict') return bounded;
    }
    const before = head.position;
    const result = await client.append(stream, expected, wire);
    if (!('code' in result)) return written(stream, expected, events, result, before);
    if (result.code !== 'VersionConflict' || result.actual < expected + events.length) return result;
    try {
      // The server knows a repeated append by itself; what it calls a conflict is looked at once more.
      const last = await standing(stream, expected, events);
      if (!last) return result;
      return { version: last.version, position: last.position, events: [], repeated: true };
    } catch {
      return { code: 'OutcomeUnknown', detail: 'what the append has stored can not be read' };
    }
  };

  return {
    append(stream, expectedVersion, events) {
      const expected = versionOf(expectedVersion);
      const wire = events.map(wireEvent);
      const refusal = stopped
        ? ({ code: 'StoreUnavailable', reason: 'closed', detail: 'the store is closed' } as const)
        : sizeError(wire, limits);
      if (refusal) return receipt(Promise.resolve(refusal));
      const key = JSON.stringify([stream, expected, events.map((event) => event.metadata.id)]);
      const first = underWay.get(key);
      if (first) return receipt(first.then(asRepeated));
      const outcome = write(stream, expected, events, wire).finally(() => underWay.delete(key));
      underWay.set(key, outcome);
      if (events.length > 1) {
        ends.set(stream, expected + events.length);
        void outcome.then(
          (result) => 'code' in result && result.code !== 'OutcomeUnknown' && ends.delete(stream),
        );
      }
      return receipt(outcome);
    },
    goesOn: (stream, version) => version < (ends.get(stream) ?? 0),
    async stop() {
      stopped = true;
      await Promise.all(underWay.values());
    },
  };
}

/** Streams of which it is remembered where this process's last append of several events ends. */
const ENDS_KEPT = 1_000;

const receipt = (outcome: Outcome): AppendReceipt => ({ accepted: outcome, durable: outcome });

/** The same append, asked for again while the first was under way. */
function asRepeated(result: Appended | StoreError): Appended | StoreError {
  return 'code' in result ? result : { ...result, events: [], repeated: true };
}

function sizeError(
  events: readonly WireEvent[],
  { maxEventBytes, maxAppendBytes }: AppendLimits,
): StoreError | null {
  if (events.length === 0) return { code: 'EmptyBatch' };
  const largest = Math.max(...events.map(({ bytes }) => bytes));
  if (largest > maxEventBytes) return { code: 'EventTooLarge', bytes: largest, limit: maxEventBytes };
  const bytes = events.reduce((sum, event) => sum + event.bytes, 0);
  return bytes > maxAppendBytes ? { code: 'EventTooLarge', bytes, limit: maxAppendBytes } : null;
}
