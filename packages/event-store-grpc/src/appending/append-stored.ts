import type { StreamVersion } from '@countersign/event-sourcing';
import type { Appended, EventStore, NewEvent, StoreError } from '@countersign/event-store';
import type { AppendLimits } from '../limits.ts';
import { type CallError, invalid, isCallError } from '../protocol/call-error.ts';
import { decodeEvent, readStreamName } from '../protocol/event-codec.ts';
import type { AppendOptions, AppendSuccess, ProposedMessage } from '../protocol/messages.ts';
import { readExpected } from './expected.ts';

/** Where to append, within which bounds. */
export interface AppendDependencies {
  readonly store: EventStore;
  readonly limits: AppendLimits;
  /** Time for events that say none, RFC 3339 UTC. */
  readonly now: () => string;
}

/** What an append asks for, before its events. */
export interface AppendTarget {
  readonly stream: string;
  readonly expected: StreamVersion;
}

/** Stream and expected version; refuses what only "any" would allow. */
export function readTarget(options: AppendOptions): AppendTarget | CallError {
  const stream = readStreamName(options.streamIdentifier);
  if (typeof stream !== 'string') return stream;
  const expected = readExpected(options);
  return typeof expected === 'number' ? { stream, expected } : expected;
}

/** The events of one append as they come in, within the limits. */
export interface Collected {
  add(proposed: ProposedMessage): CallError | null;
  /** It has become larger than an append may be: nothing of it is kept. */
  readonly tooLarge: boolean;
  readonly events: readonly NewEvent[];
}

/** Takes proposed events until they are too many or too large. */
export function collectEvents({ limits, now }: AppendDependencies): Collected {
  let events: NewEvent[] = [];
  let bytes = 0;
  let tooLarge = false;
  return {
    add(proposed) {
      bytes += (proposed.data?.length ?? 0) + (proposed.customMetadata?.length ?? 0);
      tooLarge ||= bytes > limits.maxAppendBytes || events.length >= limits.maxAppendEvents;
      if (tooLarge) {
        events = [];
        return null;
      }
      const event = decodeEvent(proposed, now);
      if (isCallError(event)) return event;
      events.push(event);
      return null;
    },
    get tooLarge() {
      return tooLarge;
    },
    get events() {
      return events;
    },
  };
}

/** Stores them; answers when they are durable. */
export async function appendStored(
  { store }: AppendDependencies,
  { stream, expected }: AppendTarget,
  events: readonly NewEvent[],
): Promise<Appended | StoreError | CallError> {
  if (events.length === 0) return invalid('an append has at least one event');
  return store.append(stream, expected, events).durable;
}

/** The answer in EventStoreDB's terms: revisions count from 0. */
export function successOf({ version, position }: Appended): AppendSuccess {
  const at = String(position);
  return { currentRevision: String(version - 1), position: { commitPosition: at, preparePosition: at } };
}
