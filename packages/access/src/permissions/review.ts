import type { ReviewAnswer } from './permissions.ts';

/** What is known when a request for access is opened. */
export interface ReviewFacts {
  /** Why the requester may have nothing whoever says otherwise, such as a kill switch; null where there is no reason. */
  readonly denyRule: string | null;
  /** What the registered handlers answered; none where there are none. A handler that fails or is late defers. */
  readonly handlers: readonly ReviewAnswer[];
  /** `governance.access_review.on_request`; null where nothing is set. */
  readonly onRequest: ReviewAnswer | null;
  /** Whether requests of this agent always wait for an approver. */
  readonly approvalRequired: boolean;
}

/** What becomes of a request when it is opened, and what decided it. */
export interface ReviewOutcome {
  readonly answer: ReviewAnswer;
  readonly by: 'deny_rule' | 'handler' | 'on_request' | 'approver';
}

/** An explicit deny, then the handlers, then `on_request`, then an approver. Nothing of it grants by mistake: the default waits. */
export function reviewOutcome(facts: ReviewFacts): ReviewOutcome {
  if (facts.denyRule !== null) return { answer: 'deny', by: 'deny_rule' };
  const decided = automatic(facts);
  if (decided.answer === 'defer' || (decided.answer === 'approve' && facts.approvalRequired))
    return { answer: 'defer', by: 'approver' };
  return decided;
}

function automatic({ handlers, onRequest }: ReviewFacts): ReviewOutcome {
  if (handlers.length > 0) return { answer: strictest(handlers), by: 'handler' };
  return { answer: onRequest ?? 'defer', by: 'on_request' };
}

/** Several handlers must agree to approve; one that denies is enough. */
function strictest(answers: readonly ReviewAnswer[]): ReviewAnswer {
  if (answers.includes('deny')) return 'deny';
  return answers.includes('defer') ? 'defer' : 'approve';
}
