import type { Message } from '@countersign/message-bus';
import { isAheadOfClock, MAX_CLOCK_LEAD_MS } from '@countersign/metering';
import { again, DONE, type ReactionOutcome } from '@countersign/processing';
import type { Clock } from '@countersign/service';
import { asksAHuman, isAllowed } from './evaluated.ts';

/** What quotas follow: the evaluations that let a call through, and every end that a call can have. */
export const QUOTA_TOPICS = ['agent.evaluation', 'agent.tool', 'agent.safety'] as const;
/** What is reserved for, and what ends a reservation. */
export const QUOTA_TYPES = [
  'agent.tool.evaluated',
  'agent.tool.called',
  'agent.tool.lapsed',
  'agent.tool.abandoned',
  'agent.safety.blocked',
] as const;

/** Reserves at an evaluation that allows, settles at an end. Messages from the future wait until it has come. */
export function createQuotaReaction(deps: {
  readonly reserve: (message: Message) => Promise<ReactionOutcome>;
  /** Counts the question that a call is to a human, or denies the call. */
  readonly ask: (message: Message) => Promise<ReactionOutcome>;
  readonly settle: (message: Message) => Promise<ReactionOutcome>;
  readonly clock: Clock;
}): (message: Message) => ReactionOutcome | Promise<ReactionOutcome> {
  const { reserve, ask, settle, clock } = deps;
  return (message) => {
    if (isAheadOfClock(Date.parse(message.time), clock.nowMs())) {
      return again(`the message is of ${message.time}, more than ${MAX_CLOCK_LEAD_MS} ms ahead of the clock`);
    }
    if (message.type !== 'agent.tool.evaluated') return settle(message);
    if (isAllowed(message)) return reserve(message);
    return asksAHuman(message) ? ask(message) : DONE;
  };
}
