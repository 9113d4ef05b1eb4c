import type { Message } from '@countersign/message-bus';
import { reservationOf } from '@countersign/metering';
import { againAfter, DONE, type ReactionOutcome } from '@countersign/processing';
import type { Logger } from '@countersign/telemetry';
import type { MeterBooks } from '../meter/books.ts';
import { CALL_TRAFFIC } from '../metered.ts';
import { callOf, causeOf, metadataOf } from './cause.ts';
import type { Configure } from './configure.ts';
import { meteredCall } from './evaluated.ts';

interface ReserveDependencies {
  readonly books: MeterBooks;
  readonly configure: Configure;
  readonly logger: Logger;
  /** How long a reservation holds without hearing of its call, in milliseconds. */
  readonly holdMs: number;
  /** Told when a reservation that was just made will fall due, in UTC milliseconds. */
  readonly onHeld: (organization: string, expiresAt: number) => void;
}

/** Holds the quota of an allowed call in every meter and throttle of its scopes, or records what refuses it. */
export function createReserve(deps: ReserveDependencies): (message: Message) => Promise<ReactionOutcome> {
  const { books, configure, logger, holdMs, onHeld } = deps;
  return async (message) => {
    const id = callOf(message);
    const { organization } = message;
    const outcome = await books.run(organization, async (book): Promise<ReactionOutcome> => {
      if (reservationOf(book.ledger, id)) return DONE;
      const unconfigured = await configure(book, causeOf(message, book.at));
      if (unconfigured) return unconfigured;
      const { at } = book;
      const expiresAt = at + holdMs;
      const handled = await book.handle(
        {
          type: 'reserve',
          id,
          at,
          ...meteredCall(message),
          traffic: TRAFFIC,
          expiresAt,
          // A call that nobody tells the end of may have run: its quota is not given back on a guess.
          onExpiry: 'commit',
        },
        metadataOf(message, 'reserve', at),
      );
      if (handled.kind === 'failed') return againAfter(handled.error);
      if (handled.kind === 'handled') onHeld(organization, expiresAt);
      // What was asked for so long ago was decided then, or its call has ended undecided.
      else if (handled.rejection.rejected !== 'outside_dedupe_window') {
        // Nobody hears of it, so the call ends undecided: what can not be metered does not run.
        logger.warn({ tool_call_id: id, ...handled.rejection }, 'a call was not metered');
      }
      return DONE;
    });
    return outcome.kind === 'failed' ? againAfter(outcome.error) : outcome;
  };
}

const TRAFFIC = { ...CALL_TRAFFIC, amount: 1 };
