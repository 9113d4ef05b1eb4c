import {
  type CommandMetadata,
  createCommandHandler,
  createKeyedQueue,
  createRecentlyUsed,
  type EventStore,
  type Handled,
} from '@countersign/event-store';
import {
  MAX_BOOK_EVENTS,
  type MeterCommand,
  type MeterLedger,
  type RejectionCode,
  shouldClose,
} from '@countersign/metering';
import { isOutage } from '@countersign/processing';
import type { Clock } from '@countersign/service';
import { meter } from './decide.ts';
import { newestBook } from './newest-book.ts';
import { type BookFailure, type BookHandler, bookStream, sealBook, turnPage } from './turn-page.ts';

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

/** Every organization's meters, in one open book each. */
export interface MeterBooks {
  /**
   * Runs a task on the open book; tasks of one organization run one after another, those of others beside them. What this
   * process has not written itself is read only where it has to be: `caughtUp` is for whoever does not get the
   * organization's messages, and so hears of nothing. Fails where the store can't be read now; rejects where the book can't
   * be made out from what was read, which no repetition mends.
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
  /** Most entries of the books kept in memory together, but for the one used last. */
  readonly maxCachedEntries?: number;
}

/**
 * Bound of the folded books kept in memory, those of the organizations that called last: the entries of all of them, reservations,
 * quotas and throttles, which take some 360 bytes each, so 200 MB. A book of 50,000 events has 25,000. One that was dropped is
 * folded again from its own events only.
 */
const MAX_CACHED_ENTRIES = 500_000;
/** What a book counts for at least, with its plan: so there are 200 at most. */
const MIN_ENTRIES = 2_500;

/**
 * Opens books when they are first asked for; a full one, or one of a month that is over, is closed before the
 * next task.
 */
export function createMeterBooks({
  store,
  clock,
  maxBookEvents,
  maxCachedEntries = MAX_CACHED_ENTRIES,
}: MeterBooksOptions): MeterBooks {
  const limit = maxBookEvents ?? MAX_BOOK_EVENTS;
  const shelf = createShelf(store, maxCachedEntries);
  const inOrder = createKeyedQueue();

  const isFull = (ledger: MeterLedger, at: number) =>
    shouldClose(ledger, at) ||
    (ledger.settings !== null && ledger.opening === null && ledger.version >= limit);

  /** The open book: found, closed and continued where it is due, also where a crash came in between. */
  const openBook = async (
    organization: string,
    at: number,
    how?: 'caughtUp',
  ): Promise<OpenBook | BookFailure> => {
    const place = await shelf.place(organization);
    for (let turned = false; ; turned = true) {
      const { number, commands } = place;
      // Others may write while it is read: what was known before counts.
      const heard = shelf.heard();
      const asks = place.heard === heard ? how : 'caughtUp';
      const stream = bookStream(organization, number);
      const { state: ledger } = await commands.load(stream, asks);
      place.heard = heard;
      shelf.weigh(organization, place, ledger);
      const isOpen = ledger.opening === null && ledger.closing === null;
      if (isOpen && (turned || !isFull(ledger, at))) {
        const expected = ledger.version;
        const handle: OpenBook['handle'] = async (command, metadata) => {
          const handled = await commands.handle(stream, command, metadata);
          if (!isClosed(handled)) return handled;
          const { version: actual } = await commands.load(stream);
          return { kind: 'failed', error: { code: 'VersionConflict', stream, expected, actual } };
        };
        return { number, ledger, at, handle };
      }
      const next = await turnPage({ store, commands, organization, at }, number, ledger);
      if (typeof next !== 'number') return next;
      place.number = next;
    }
  };

  return {
    run: (organization, task, how) =>
      inOrder(organization, async () => {
        const book = await openBook(organization, clock.nowMs(), how).catch((cause) => {
          if (isOutage(cause)) return unreadable(cause.message);
          throw new Error(`the meters of ${organization} can't be read: ${messageOf(cause)}`, { cause });
        });
        return 'kind' in book ? book : task(book);
      }),
    othersWrote: shelf.othersWrote,
  };
}

/** Where an organization's open book is. */
interface Place {
  number: number;
  /** How often others had written when the book was read; it is read on before it is used where they have since. */
  heard: number;
  readonly commands: BookHandler;
  /** What the book counts for, as it was used last. */
  entries: number;
}

/** The places of the organizations that called last, each with its one open book in memory. */
function createShelf(
  store: EventStore,
  maxEntries: number,
): {
  place(organization: string): Promise<Place>;
  /** A book grows as it is used: each use says how large it is, and others may have to leave. */
  weigh(organization: string, place: Place, ledger: MeterLedger): void;
  /** How often others may have written. */
  heard(): number;
  othersWrote(): void;
} {
  const places = createRecentlyUsed<Place>(maxEntries, undefined, ({ entries }) => entries);
  let times = 0;

  const find = async (organization: string): Promise<Place> => {
    const exists = async (number: number) => {
      const stream = bookStream(organization, number);
      return (await store.read(stream, { limit: 1, visibility: 'accepted' })).length > 0;
    };
    const number = Math.max(1, await newestBook(exists));
    // One state: the book that was closed leaves memory when the next is opened.
    const options = { store, decider: meter, seal: sealBook, cachedStates: 1 };
    return { number, heard: times, commands: createCommandHandler(options), entries: MIN_ENTRIES };
  };

  return {
    async place(organization) {
      const known = places.get(organization);
      if (known !== undefined) return known;
      const place = await find(organization);
      places.set(organization, place);
      return place;
    },
    weigh(organization, place, ledger) {
      place.entries = Math.max(MIN_ENTRIES, entriesOf(ledger));
      places.set(organization, place);
    },
    heard: () => times,
    othersWrote() {
      times += 1;
    },
  };
}

/** What grows with use. */
function entriesOf({ holds, settled, quotas, buckets }: MeterLedger): number {
  let entries = holds.size + settled.size + buckets.size;
  for (const ofRule of quotas.values()) entries += ofRule.size;
  return entries;
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

/** The store gave no answer. */
function unreadable(detail: string): BookFailure {
  return { kind: 'failed', error: { code: 'StoreUnavailable', reason: 'unreachable', detail } };
}

/** Another instance has turned the page: the command is for the next book, which is found when it is repeated. */
function isClosed(handled: Handled<MeterLedger, RejectionCode>): boolean {
  return handled.kind === 'rejected' && handled.rejection.rejected === 'book_closed';
}
