import { reactionId } from '@countersign/event-sourcing';
import type { Message } from '@countersign/message-bus';
import { isQuotaRefused, reservationOf } from '@countersign/metering';
import { againAfter, DONE, type ReactionOutcome } from '@countersign/processing';
import type { Logger } from '@countersign/telemetry';
import { quotasOf } from '../admission/named.ts';
import type { MeterBooks, OpenBook } from '../meter/books.ts';
import type { PlanInForce } from '../meter/plan-in-force.ts';
import { callOf, causeOf, metadataOf } from './cause.ts';
import type { Configure } from './configure.ts';
import { meteredCall } from './evaluated.ts';

interface AskDependencies {
  readonly books: MeterBooks;
  readonly configure: Configure;
  readonly planOf: (organization: string) => PlanInForce | null;
  readonly logger: Logger;
}

/**
 * Counts the question that a call puts to a human, where the plan counts questions. Where it has no more of them the call
 * itself is denied, and nobody is asked: the question is put when this has counted it.
 */
export function createAsk(deps: AskDependencies): (message: Message) => Promise<ReactionOutcome> {
  const { books, configure, planOf, logger } = deps;

  const ask = async (book: OpenBook, message: Message): Promise<ReactionOutcome> => {
    const call = callOf(message);
    if (reservationOf(book.ledger, call)) return DONE;
    const unconfigured = await configure(book, causeOf(message, book.at));
    if (unconfigured) return unconfigured;
    const { at } = book;
    const { askedAt, scopes } = meteredCall(message);
    const question = {
      at,
      askedAt,
      amounts: [{ key: 'approvals_requested', amount: 1 }],
      scopes,
      traffic: null,
    };
    const charged = await book.handle(
      { type: 'charge', id: reactionId(call, 'approvals_requested', 0), ...question },
      metadataOf(message, 'ask', at),
    );
    if (charged.kind === 'failed') return againAfter(charged.error);
    if (charged.kind === 'handled') return DONE;
    if (!isQuotaRefused(charged.rejection)) {
      logger.warn(
        { tool_call_id: call, ...charged.rejection },
        'a question could not be counted: nobody is asked',
      );
      return DONE;
    }
    // The same request under the call's own id, and the same answer: written down, so that the gateway hears of it.
    const denied = await book.handle(
      { type: 'reserve', id: call, ...question, expiresAt: at, onExpiry: 'release' },
      metadataOf(message, 'deny', at),
    );
    return denied.kind === 'failed' ? againAfter(denied.error) : DONE;
  };

  return async (message) => {
    const plan = planOf(message.organization);
    if (plan !== null && quotasOf(plan.entry, 'approvals_requested').length === 0) return DONE;
    const outcome = await books.run(message.organization, (book) => ask(book, message));
    return outcome.kind === 'failed' ? againAfter(outcome.error) : outcome;
  };
}
