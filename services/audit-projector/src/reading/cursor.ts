import { type Problem, problem } from '@countersign/contracts';
import { currentPosition, type EventStore } from '@countersign/event-store';

/** Where the caller wrote a cursor. */
export type CursorPointer = '/query/after' | '/headers/last-event-id';

/** Reads a cursor as it was given out; a problem for anything else. */
export type ReadCursor = (cursor: string, pointer: CursorPointer) => Promise<number | Problem>;

/**
 * A position that the ledger does not have yet was never given out by it: whoever went on from there would be told of
 * nothing that comes until then.
 */
export function createReadCursor(
  store: Pick<EventStore, 'durablePosition' | 'acceptedPosition' | 'readPage'>,
): ReadCursor {
  return async (cursor, pointer) => {
    const position = /^[0-9]{1,15}$/.test(cursor) ? Number(cursor) : Number.NaN;
    if (!Number.isSafeInteger(position)) {
      return refused(
        pointer,
        'is no position of this ledger',
        'must be a position exactly as Countersign gave it',
      );
    }
    if (position <= store.durablePosition) return position;
    // Another instance may have given it out, of events that this one does not know of yet.
    if (position <= (await currentPosition(store))) return position;
    return refused(
      pointer,
      'lies beyond the end of this ledger',
      'is of another ledger, or from before this one was restored: what it stood for is not here. Begin again, from 0 or without it, and compare with what you have kept',
    );
  };
}

function refused(pointer: CursorPointer, why: string, detail: string): Problem {
  return problem('invalid_request', `${pointer}: ${why}`, { errors: [{ pointer, detail }] });
}
