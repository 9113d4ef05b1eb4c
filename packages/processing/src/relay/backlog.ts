import type { JsonObject, JsonValue } from '@countersign/event-sourcing';
import type { RecordedEvent } from '@countersign/event-store';

/** Events of one batch: what has come while the one before was under way goes as one, up to here. */
export const RELAY_BATCH_EVENTS = 2_000;
/**
 * And about so many bytes, which are acknowledged as a whole: a connection that takes half a MiB a second is in time with it,
 * however large the events are.
 */
export const RELAY_BATCH_BYTES = 2 * 1024 * 1024;

/** What a relay has seen and not yet published. */
export interface Backlog {
  readonly length: number;
  /** As much as a batch waits: no more is to be read. */
  readonly full: boolean;
  push(events: readonly RecordedEvent[]): void;
  /** The next batch, in order; at least one event, however large it is, where any waits. */
  take(): RecordedEvent[];
  clear(): void;
}

interface Waiting {
  readonly event: RecordedEvent;
  readonly bytes: number;
}

/** Nothing waits in it. */
export function createBacklog(): Backlog {
  let waiting: Waiting[] = [];
  let bytes = 0;

  return {
    get length() {
      return waiting.length;
    },
    get full() {
      return waiting.length >= RELAY_BATCH_EVENTS || bytes >= RELAY_BATCH_BYTES;
    },
    push(events) {
      for (const event of events) {
        const one = { event, bytes: bytesOf(event) };
        waiting.push(one);
        bytes += one.bytes;
      }
    },
    take() {
      let [count, taken] = [0, 0];
      for (const one of waiting) {
        if (count === RELAY_BATCH_EVENTS || (count > 0 && taken + one.bytes > RELAY_BATCH_BYTES)) break;
        count += 1;
        taken += one.bytes;
      }
      bytes -= taken;
      return waiting.splice(0, count).map(({ event }) => event);
    },
    clear() {
      waiting = [];
      bytes = 0;
    },
  };
}

/** Attributes of a message, quotes and punctuation: what an event takes beside its values. */
const FRAME_BYTES = 512;

/** About what an event takes on the wire. Nothing is encoded for it: the relay shares its process with verdicts. */
export function bytesOf({ data, sealed }: RecordedEvent): number {
  return FRAME_BYTES + lengthOf(data) + (sealed ? lengthOf(sealed.digests) + sealed.ciphertext.length : 0);
}

function lengthOf(value: JsonValue): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 8;
  let length = 2;
  if (Array.isArray(value)) for (const one of value) length += 1 + lengthOf(one);
  else for (const name in value) length += 4 + name.length + lengthOf((value as JsonObject)[name] ?? null);
  return length;
}
