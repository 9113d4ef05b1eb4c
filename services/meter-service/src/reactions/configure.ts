import { again, againAfter, type ReactionOutcome } from '@countersign/processing';
import type { OpenBook } from '../meter/books.ts';
import { createKnownPlans, type PlanInForce } from '../meter/plan-in-force.ts';
import type { Cause } from './cause.ts';

/** Brings the plan in force into a book where it is another; `null` when it is there. */
export type Configure = (book: OpenBook, cause: Cause) => Promise<ReactionOutcome | null>;

/**
 * A change of plan holds from the next call: it is written right before that call's reservation, in the book's order,
 * so that no other command comes in between.
 */
export function createConfigure(planOf: (organization: string) => PlanInForce | null): Configure {
  const known = createKnownPlans();
  return async (book, cause) => {
    const plan = planOf(cause.organization);
    if (!plan) return again(`organization ${cause.organization} is not known`);
    if (known.has(book.ledger, plan)) return null;
    const handled = await book.handle(
      { type: 'configure', at: book.at, ...plan },
      // The version keeps ids apart where the plan changes again before the reservation is made.
      cause.metadata(`configure-${book.ledger.version}`),
    );
    if (handled.kind === 'failed') return againAfter(handled.error);
    if (handled.kind === 'rejected') return again(handled.rejection.detail);
    known.remember(handled.state, plan);
    return null;
  };
}
