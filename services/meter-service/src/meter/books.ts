import { reactionId, streamName } from '@countersign/event-sourcing';
import {
  type CommandHandler,
  type CommandMetadata,
  createCommandHandler,
  createKeyedQueue,
  createRecentlyUsed,
  type EventStore,
  type Handled,
  type RecordedEvent,
  reactionMetadata,
  type Seal,
  type StoreError,
  toNewEvent,
} from '@countersign/event-store';
import {
  type BookClosed,
  MAX_BOOK_EVENTS,
  type MeterCommand,
  type MeterLedger,
  type RejectionCode,
  shouldClose,
} from '@countersign/metering';
import type { Clock } from '@countersign/service';
import { type BookCommand, meter } from './decide.ts';
import { newestBook } from './newest-book.ts';

/** The open book of an organization while a task has it to itself. */
export interface OpenBook {
  /** From 1. */
  readonly number: number;
  /** As accepted now. Read it before the next `handle`, which changes it. */
  readonly ledger: MeterLedger;
  /** When the task began, by the meter's own clock, in UTC milliseconds: the time of its commands. */
  readonly at: number;
  handle(command: MeterCommand, metadata: CommandMetadata): Promise<Handled<MeterLedger, RejectionCode>>;
}

/** The ledger of events could not be read or written; nothing is known to have happened. */
export interface BookFailure {
  readonly kind: 'failed';
  readonly error: StoreError;
}

/** Every organization's meters, in one open book each. */
export interface MeterBooks {
  /**
   * Runs a task on the open book; tasks of one organization run one after another, those of others beside them. What this
   * process has not written itself is read only where it has to be: `caughtUp` is for whoever does not get the
   * organization's messages, and so hears of nothing.
   */
  run<T>(
    organization: string,
    task: (book: OpenBook) => Promise<T>,
    how?: 'caughtUp',
  ): Promise<T | BookFailure>;
  /** Others may have written in the books: each is read on once more before it is used. */
  othersWrote(): void;
}

interface MeterBooksOptions {
  readonly store: EventStore;
  readonly clock: Clock;
  /** Most events of one book before it is closed; default the metering package's. */
  readonly maxBookEvents?: number;
}

/**
 * Bound of the folded books kept in memory: those of the organizations that called last. A full book takes some 20 MB,
 * an ordinary one a few hundred kB; one that was dropped is folded again from its own events only.
 */
export const CACHED_BOOKS = 200;

const CLOSE = 'meter-service.close-book.v1';
const OPEN = 'meter-service.open-book.v1';

/** Events of meters have no erasable fields. */
const UNSEALED: Seal = (_stream, events, metadata) =>
  events.map((event, index) => toNewEvent(event, index, metadata));

/** `meter-<organization>-<number>`, numbered from 1. */
export function bookStream(organization: string, number: number): string {
  return streamName('meter', `${organization}-${number}`);
}

/**
 * Opens books when they are first asked for; a full one, or one of a month that is over, is closed before the
 * next task.
 */
export function createMeterBooks({ store, clock, maxBookEvents }: MeterBooksOptions): MeterBooks {
  const limit = maxBookEvents ?? MAX_BOOK_EVENTS;
  const shelf = createShelf(store);
  const inOrder = createKeyedQueue();

  const isFull = (ledger: MeterLedger, at: number) =>
    shouldClose(ledger, at) ||
    (ledger.settings !== null && ledger.opening === null && ledger.version >= limit);

  /** Closes a book and opens the next, or what a crash has left to do of that; null when it is done. */
  const turnPage = async (organization: string, place: Place, at: number): Promise<BookFailure | null> => {
    const { commands, number } = place;
    const stream = bookStream(organization, number);
    const time = new Date(at).toISOString();
    // The book's own name makes the ids: closing it twice is one fact, and needs no cause to tell it by.
    const eventId = (index: number) => reactionId(stream, CLOSE, index);
    const closed = await commands.handle(stream, { type: 'close', at, limit: Number.MAX_SAFE_INTEGER }, { organization, time, eventId });
    if (closed.kind === 'failed') return closed;
    const after = closed.kind === 'handled' ? closed.state.closing?.version : undefined;
    const balances = after === undefined ? [] : await store.read(stream, { after, visibility: 'accepted' });
    const [first] = balances;
    if (first === undefined) return unreadable(`the closing events of ${stream} are missing`);
    const opened = await commands.handle(
      bookStream(organization, number + 1),
      { type: 'open', closed: balances.flatMap(closedBook) },
      reactionMetadata(first, OPEN, time),
    );
    return opened.kind === 'failed' ? opened : null;
  };

  /** The open book: found, closed and continued where it is due, also where a crash came in between. */
  const openBook = async (
    organization: string,
    at: number,
    how?: 'caughtUp',
  ): Promise<OpenBook | BookFailure> => {
    const place = await shelf.place(organization);
    const asks = place.isSure ? how : 'caughtUp';
    for (let turned = false; ; turned = true, place.number += 1) {
      const stream = bookStream(organization, place.number);
      const { state: ledger } = await place.commands.load(stream, asks);
      place.isSure = true;
      if (ledger.closing === null && (turned || !isFull(ledger, at))) {
        const expected = ledger.version;
        const handle: OpenBook['handle'] = async (command, metadata) => {
          const handled = await place.commands.handle(stream, command, metadata);
          if (!isClosed(handled)) return handled;
          const { version: actual } = await place.commands.load(stream);
          return { kind: 'failed', error: { code: 'VersionConflict', stream, expected, actual } };
        };
        return { number: place.number, ledger, at, handle };
      }
      const failure = await turnPage(organization, place, at);
      if (failure) return failure;
    }
  };

  return {
    run: (organization, task, how) =>
      inOrder(organization, async () => {
        // Writes answer with values; what rejects here is a read.
        const book = await openBook(organization, clock.nowMs(), how).catch((cause) =>
          unreadable(String(cause)),
        );
        return 'kind' in book ? book : task(book);
      }),
    othersWrote: shelf.othersWrote,
  };
}

/** Where an organization's open book is. */
interface Place {
  number: number;
  /** Whether nobody else has written since the book was read; it is read on before it is used where that is not so. */
  isSure: boolean;
  readonly commands: CommandHandler<MeterLedger, BookCommand, RejectionCode>;
}

/** The places of the organizations that called last, each with its one open book in memory. */
function createShelf(store: EventStore): {
  place(organization: string): Promise<Place>;
  othersWrote(): void;
} {
  const places = createRecentlyUsed<Place>(CACHED_BOOKS);

  const find = async (organization: string): Promise<Place> => {
    const exists = async (number: number) => {
      const stream = bookStream(organization, number);
      return (await store.read(stream, { limit: 1, visibility: 'accepted' })).length > 0;
    };
    const number = Math.max(1, await newestBook(exists));
    // One state: the book that was closed leaves memory when the next is opened.
    const options = { store, decider: meter, seal: UNSEALED, cachedStates: 1 };
    return { number, isSure: true, commands: createCommandHandler(options) };
  };

  return {
    async place(organization) {
      const place = places.get(organization) ?? (await find(organization));
      places.set(organization, place);
      return place;
    },
    othersWrote() {
      for (const place of places.values()) place.isSure = false;
    },
  };
}

/** Another instance has turned the page: the command is for the next book, which is found when it is repeated. */
function isClosed(handled: Handled<MeterLedger, RejectionCode>): boolean {
  return handled.kind === 'rejected' && handled.rejection.rejected === 'book_closed';
}

function unreadable(detail: string): BookFailure {
  return { kind: 'failed', error: { code: 'StoreUnavailable', reason: 'unreachable', detail } };
}

function closedBook({ type, data }: RecordedEvent): BookClosed[] {
  return type === 'quota-closed.v1' ? [{ type, data: data as unknown as BookClosed['data'] }] : [];
}
