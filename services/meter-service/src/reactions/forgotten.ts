import type { ToolCalled } from '@countersign/contracts';
import type { EventStore } from '@countersign/event-store';
import type { Message, MessageBus } from '@countersign/message-bus';
import { againAfter, DONE, type ReactionOutcome } from '@countersign/processing';
import type { Logger } from '@countersign/telemetry';
import type { MeterBooks } from '../meter/books.ts';
import { wasCharged } from '../meter/history.ts';
import { callOf, causeOf, metadataOf } from './cause.ts';
import type { Configure } from './configure.ts';
import { allowedCall, costOf, reportedIn } from './evaluated.ts';

interface CountForgottenDependencies {
  readonly store: EventStore;
  readonly books: MeterBooks;
  readonly bus: Pick<MessageBus, 'reread'>;
  readonly configure: Configure;
  readonly logger: Logger;
}

/** Counts what a call used that the open book knows nothing of. */
export type CountForgotten = (message: Message, newestBook: number) => Promise<ReactionOutcome>;

/**
 * A call that lapsed or was blocked gave its quota back; when it turns out much later to have run all the same, its
 * reservation may be forgotten. Its usage is counted in the current period, once: the books tell whether it was.
 */
export function createCountForgotten(deps: CountForgottenDependencies): CountForgotten {
  const { store, books, bus, configure, logger } = deps;
  return async (message, newestBook) => {
    const id = callOf(message);
    const { organization } = message;
    const call = await allowedCall(bus, id);
    if (!call) {
      logger.warn({ tool_call_id: id }, 'usage of a call that was never let through is not metered');
      return DONE;
    }
    const { askedAt } = call;
    if (await wasCharged(store, organization, { id, askedAt }, newestBook)) return DONE;
    const outcome = await books.run(organization, async (book): Promise<ReactionOutcome> => {
      const unconfigured = await configure(book, causeOf(message, book.at));
      if (unconfigured) return unconfigured;
      const { at } = book;
      const { usage } = message.data as unknown as ToolCalled;
      const cost = usage?.cost_micros;
      const own = cost === undefined ? call.amounts : [...call.amounts.slice(0, 1), ...costOf(cost)];
      const amounts = [...own, ...reportedIn(usage)];
      const handled = await book.handle(
        // Asked for now: whether it is a repeat was found out above, the ledger can not tell any more.
        { type: 'record', id, at, askedAt: at, amounts, scopes: call.scopes },
        metadataOf(message, 'record', at),
      );
      if (handled.kind === 'failed') return againAfter(handled.error);
      if (handled.kind === 'rejected')
        logger.warn({ tool_call_id: id, ...handled.rejection }, 'usage was not metered');
      return DONE;
    });
    return outcome.kind === 'failed' ? againAfter(outcome.error) : outcome;
  };
}
