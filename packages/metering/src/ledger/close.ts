import { carriedParts } from './carry.ts';
import { writtenSettings } from './configure.ts';
import type { BookClosed, MeterEvent, QuotaConfigured } from './events.ts';
import { instantOf } from './instant.ts';
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
 * Ends the book with its balances, in as many events as their size asks for. They may be appended in one go or one by
 * one: decided again on a book that is half closed, it gives the events that are missing.
 */
export function close(ledger: MeterLedger, settings: Settings, now: number): readonly MeterEvent[] {
  const closing = ledger.closing ?? { at: now, version: ledger.version, part: 0 };
  return carriedParts(ledger, closing.version, closing.at)
    .slice(closing.part)
    .map((carried) => ({
      type: 'quota-closed.v1',
      data: {
        at: instantOf(closing.at),
        book: ledger.book,
        successor: ledger.book + 1,
        ...writtenSettings(settings),
        carried,
      },
    }));
}

/** The events that the successor opens with, one for one from those that the book closed with. Nothing else is needed. */
export function successorOpening(closed: readonly BookClosed[]): readonly QuotaConfigured[] {
  return closed.map(({ data: { successor, book: _, ...data } }) => ({
    type: 'quota-configured.v1',
    data: { ...data, book: successor },
  }));
}
