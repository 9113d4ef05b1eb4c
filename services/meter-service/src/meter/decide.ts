import type { Decider } from '@countersign/event-sourcing';
import {
  type BookClosed,
  decide,
  emptyLedger,
  evolve,
  type MeterCommand,
  type MeterEvent,
  type MeterLedger,
  type RejectionCode,
  successorOpening,
} from '@countersign/metering';

/**
 * Opens a book with parts of what the one before closed with, in order: those that it has already are passed over, and a book
 * that has all of them stays as it is.
 */
interface OpenSuccessor {
  readonly type: 'open';
  readonly closed: readonly BookClosed[];
}

/** What a book decides, and its opening out of the one before. */
export type BookCommand = MeterCommand | OpenSuccessor;

/**
 * One book of an organization's meters: the metering package's ledger, and how one book follows another. The ledger is
 * changed in place while it is folded, so whoever holds one reads it at once.
 */
export const meter: Decider<MeterLedger, BookCommand, MeterEvent, RejectionCode> = {
  initial: emptyLedger(),
  evolve,
  decide(command, ledger) {
    if (command.type !== 'open') return decide(command, ledger);
    if (ledger.version > 0 && ledger.opening === null) return [];
    // Until it is open, every event of a book is a part.
    const next = command.closed.findIndex(({ data }) => data.carried.part === ledger.version + 1);
    return next < 0 ? [] : successorOpening(command.closed.slice(next));
  },
};
