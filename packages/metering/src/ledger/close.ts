import { type CarriedParts, carriedParts } from './carry.ts';
import type { Close } from './commands.ts';
import { writtenSettings } from './configure.ts';
import type { BookClosed, MeterEvent, QuotaConfigured } from './events.ts';
import { instantOf } from './instant.ts';
import { type MeterRejection, reject } from './rejection.ts';
import type { MeterLedger, Settings } from './state.ts';

/** Most events of one book before it should be closed: what loading a ledger may cost at most. */
export const MAX_BOOK_EVENTS = 50_000;

/** Whether the book should be closed before the next command: it is full, or a new month (UTC) has begun. */
export function shouldClose(ledger: MeterLedger, at: number): boolean {
  if (ledger.settings === null || ledger.opening !== null || ledger.closing !== null) return false;
  return ledger.version >= MAX_BOOK_EVENTS || monthOf(at) > monthOf(ledger.openedAt);
}

function monthOf(at: number): string {
  return instantOf(at).slice(0, 'yyyy-mm'.length);
}

/**
 * Ends the book with its balances, in as many events as their size asks for, of which it gives the next `limit`: decided
 * again on the book that is half closed, those after them. In whatever steps they are given, they are the same events: a book
 * that was half closed in parts of another size is refused, for what lies between two sizes would be lost.
 */
export function close(
  { limit }: Close,
  ledger: MeterLedger,
  settings: Settings,
  now: number,
): readonly MeterEvent[] | MeterRejection {
  const closing = ledger.closing ?? { at: now, version: ledger.version, part: 0 };
  if (closing.part === ledger.closing?.parts) return [];
  const carried = partsOf(ledger, closing);
  const parts = ledger.closing?.parts ?? carried.count;
  if (parts !== carried.count)
    return reject(
      'book_closed',
      `it began to close in ${parts} parts, and here they would be ${carried.count}`,
    );
  const length = Math.min(limit, carried.count - closing.part);
  return Array.from({ length }, (_, index) => ({
    type: 'quota-closed.v1',
    data: {
      at: instantOf(closing.at),
      book: ledger.book,
      successor: ledger.book + 1,
      ...writtenSettings(settings),
      carried: carried.part(closing.part + index + 1),
    },
  }));
}

/**
 * What half closed books carry: nothing of it changes any more, and listing it for every step would take time that grows
 * with its square. A cache only: without it every answer is the same.
 */
const listed = new WeakMap<MeterLedger, CarriedParts>();

function partsOf(ledger: MeterLedger, { version, at }: { version: number; at: number }): CarriedParts {
  const carried = listed.get(ledger) ?? carriedParts(ledger, version, at);
  if (ledger.closing !== null) listed.set(ledger, carried);
  return carried;
}

/** The events that the successor opens with, one for one from those that the book closed with. Nothing else is needed. */
export function successorOpening(closed: readonly BookClosed[]): readonly QuotaConfigured[] {
  return closed.map(({ data: { successor, book: _, ...data } }) => ({
    type: 'quota-configured.v1',
    data: { ...data, book: successor },
  }));
}
