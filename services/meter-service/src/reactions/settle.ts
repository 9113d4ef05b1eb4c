import type { SafetyBlocked, ToolCalled } from '@countersign/contracts';
import { reactionId } from '@countersign/event-sourcing';
import type { Message } from '@countersign/message-bus';
import {
  type Commit,
  type MeterLedger,
  type RecordUsage,
  type Release,
  readRequest,
  reservationOf,
} from '@countersign/metering';
import { againAfter, DONE, type ReactionOutcome } from '@countersign/processing';
import type { Logger } from '@countersign/telemetry';
import type { MeterBooks, OpenBook } from '../meter/books.ts';
import { callOf, causeOf, metadataOf } from './cause.ts';
import type { Configure } from './configure.ts';
import { costOf, reportedIn } from './evaluated.ts';
import type { CountForgotten } from './forgotten.ts';

interface SettleDependencies {
  readonly books: MeterBooks;
  readonly configure: Configure;
  readonly countForgotten: CountForgotten;
  readonly logger: Logger;
}

/** Ends the reservation of a call as the call's own end says, or corrects it by a later outcome. */
export function createSettle(deps: SettleDependencies): (message: Message) => Promise<ReactionOutcome> {
  const { books, configure, countForgotten, logger } = deps;

  const settle = async (book: OpenBook, message: Message): Promise<ReactionOutcome> => {
    const handled = await book.handle(settlementOf(message, book.at), metadataOf(message, 'settle', book.at));
    if (handled.kind === 'failed') return againAfter(handled.error);
    if (handled.kind === 'rejected' && handled.rejection.rejected !== 'outcome_conflict') {
      logger.warn(
        { tool_call_id: callOf(message), ...handled.rejection },
        'the end of a call was not metered',
      );
    }
    return DONE;
  };

  /** What an outcome says was used besides the call: a fact of its own, counted once, over the limit too. */
  const record = async (book: OpenBook, message: Message, usage: RecordUsage): Promise<ReactionOutcome> => {
    const handled = await book.handle(usage, metadataOf(message, 'usage', book.at));
    if (handled.kind === 'failed') return againAfter(handled.error);
    if (handled.kind === 'rejected')
      logger.warn({ tool_call_id: callOf(message), ...handled.rejection }, 'reported usage was not metered');
    return DONE;
  };

  /** Makes sure that no reservation follows: the call was closed before its evaluation arrived. */
  const giveUp = async (book: OpenBook, message: Message): Promise<ReactionOutcome> => {
    const unconfigured =
      book.ledger.settings === null ? await configure(book, causeOf(message, book.at)) : null;
    return unconfigured ?? settle(book, message);
  };

  return async (message) => {
    const outcome = await books.run(message.organization, async (book) => {
      if (isReserved(book.ledger, message)) {
        const reported = reportedWith(message, book);
        const settled = await settle(book, message);
        return settled === DONE && reported !== null ? record(book, message, reported) : settled;
      }
      if (endsUnheard(message) && !mayBeForgotten(book.ledger, message)) return giveUp(book, message);
      return ranUnauthorized(message) ? ({ kind: 'forgotten', newestBook: book.number } as const) : DONE;
    });
    if (outcome.kind === 'forgotten') return countForgotten(message, outcome.newestBook);
    return outcome.kind === 'failed' ? againAfter(outcome.error) : outcome;
  };
}

/** A call given up before its reservation holds nothing; what it turns out to have used is counted as forgotten usage is. */
function isReserved(ledger: MeterLedger, message: Message): boolean {
  const reservation = reservationOf(ledger, callOf(message));
  return reservation !== undefined && reservation.request !== null;
}

/** The usage that an outcome reports of what only it can count, in the scopes of its reservation; null where it reports none. */
function reportedWith(message: Message, { ledger, at }: OpenBook): RecordUsage | null {
  if (message.type !== 'agent.tool.called') return null;
  const { executed, usage } = message.data as unknown as ToolCalled;
  const amounts = reportedIn(usage);
  const request = reservationOf(ledger, callOf(message))?.request;
  if (!executed || amounts.length === 0 || request == null) return null;
  const id = reactionId(callOf(message), 'usage', 0);
  const askedAt = Date.parse(message.time);
  return { type: 'record', id, at, askedAt, amounts, scopes: readRequest(request).scopes };
}

/** The end of a reservation that a message stands for. Only what certainly did not run is given back. */
function settlementOf(message: Message, at: number): Commit | Release {
  const id = callOf(message);
  switch (message.type) {
    case 'agent.tool.abandoned':
      return { type: 'commit', id, at, actual: [], assumed: true };
    case 'agent.tool.called': {
      const { executed, usage } = message.data as unknown as ToolCalled;
      if (!executed) return { type: 'release', id, at };
      const cost = usage?.cost_micros;
      return { type: 'commit', id, at, actual: cost === undefined ? [] : costOf(cost), assumed: false };
    }
    default:
      return { type: 'release', id, at };
  }
}

/** Only a call that ran out of time can still be let through by an evaluation that comes after its end. */
function endsUnheard({ type, data }: Message): boolean {
  return type === 'agent.safety.blocked' && (data as unknown as SafetyBlocked).reason === 'undecided';
}

function mayBeForgotten({ forgottenUntil }: MeterLedger, { time }: Message): boolean {
  return forgottenUntil !== null && time <= forgottenUntil;
}

/** The only outcome that can come when the reservation has ended without a charge, and has been forgotten. */
function ranUnauthorized({ type, data }: Message): boolean {
  const { executed, unauthorized } = data as unknown as ToolCalled;
  return type === 'agent.tool.called' && executed && unauthorized;
}
