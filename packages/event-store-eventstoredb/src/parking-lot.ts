import type { ParkedEvent, ParkingLot, Position } from '@countersign/event-store';
import { backoffMs, pause } from './backoff.ts';
import type { LedgerClient } from './client.ts';
import { note, writeNotes } from './note-writing.ts';
import { PARKED } from './streams.ts';
import type { WireEvent } from './wire-event.ts';

interface Released {
  readonly group: string;
  readonly subject: string;
  readonly position: Position;
}

interface StoredParkingLot extends ParkingLot {
  /** Resolves when everything said so far is written, or `givenUp` has. */
  flush(): Promise<void>;
}

/** A note that is not written yet, and who waits for it. */
interface Said {
  readonly note: WireEvent;
  readonly written: PromiseWithResolvers<void>;
}

/** Notes of one append. */
const MOST_NOTES = 200;
const STEP = 500;

/**
 * One stream of "parked" and "released", folded when it is asked for. Parking is rare, and one event of one subject
 * commutes with all others: after a conflict the same notes are appended behind what others have written.
 */
export function createParkingLot(
  client: Pick<LedgerClient, 'append' | 'readStream'>,
  givenUp: AbortSignal,
): StoredParkingLot {
  const parked = new Map<string, ParkedEvent>();
  let version = 0;
  let queue: Said[] = [];
  let writing: Promise<void> | null = null;
  /** One reading at a time: each goes on from the last one's version. */
  let reading: Promise<void> = Promise.resolve();

  const catchUp = (): Promise<void> => {
    reading = reading
      .catch(() => {})
      .then(async () => {
        for (let more = true; more; ) {
          const step = await client.readStream(PARKED, version, STEP);
          for (const { event, version: at } of step) {
            if (event) apply(parked, event.type, event.data as unknown as ParkedEvent);
            version = at;
          }
          more = step.length === STEP;
        }
      });
    return reading;
  };
  const writeAll = async (): Promise<void> => {
    for (let attempt = 0; queue.length > 0 && !givenUp.aborted; attempt += 1) {
      try {
        await catchUp();
        const batch = queue.slice(0, MOST_NOTES);
        const notes = batch.map(({ note }) => note);
        if (!(await writeNotes(client, PARKED, version, notes, givenUp))) continue;
        queue = queue.slice(batch.length);
        for (const { written } of batch) written.resolve();
        attempt = 0;
      } catch {
        await pause(backoffMs(attempt), givenUp);
      }
    }
    for (const { written } of queue) written.reject(new Error('the store was closed before it was written'));
    writing = null;
  };
  const say = (one: WireEvent): Promise<void> => {
    const written = Promise.withResolvers<void>();
    // Whoever does not wait for it is not to be ended by its rejection.
    written.promise.catch(() => {});
    queue.push({ note: one, written });
    writing ??= writeAll();
    return written.promise;
  };
  const flush = async () => {
    await writing;
  };

  return {
    park: (event) => say(note('parked.v1', event, event.organization)),
    release(group, subject, position) {
      void say(note('released.v1', { group, subject, position }));
    },
    async list({ group, subject, organization } = {}) {
      await flush();
      await catchUp();
      return [...parked.values()]
        .filter(
          (event) =>
            (group === undefined || event.group === group) &&
            (subject === undefined || event.subject === subject) &&
            (organization === undefined || event.organization === organization),
        )
        .sort((a, b) => a.position - b.position);
    },
    flush,
  };
}

function apply(parked: Map<string, ParkedEvent>, type: string, event: ParkedEvent): void {
  const key = keyOf(event);
  // Parked again: it counts as parked last.
  parked.delete(key);
  if (type === 'parked.v1') parked.set(key, event);
}

const keyOf = ({ group, subject, position }: Released) => JSON.stringify([group, subject, position]);
