import type { Calls } from '../guard/calls.ts';
import type { Answer } from '../http/answer.ts';
import type { JsonValue } from '../json/json-value.ts';
import type { OutcomeRequest } from '../model/outcome.ts';
import type { ToolCallRequest } from '../model/tool-call.ts';
import { isCountersignError } from '../problem.ts';
import { uuidV7 } from '../uuid-v7.ts';
import { announcementAnswer, answered, refusedWith, standingAnswer, unanswered } from './answers.ts';
import type { CallBook } from './call-book.ts';
import { type CallFacts, isLater, statusOf } from './call-facts.ts';
import { callIdOf } from './call-id.ts';
import type { Intent, Link } from './link.ts';
import type { CheckedKafkaOptions } from './options.ts';

/** What a guard needs, and a redemption under an id of the caller's choice. */
interface KafkaCalls extends Calls {
  /** Uses the permit up by an intent of this id: what its event names is this one. */
  redeemAs(id: string, callId: string, args: ToolCallRequest['arguments']): Promise<Answer>;
}

const UNHEARD =
  'nothing was heard of it: refused (agent.intents.dlq says why), or nobody is there to take it';

/**
 * Calls over Kafka: what is asked is written, signed, and what became of it is heard as events. The permit is used up by a
 * message of its own and never by the announcement, so that the redemption is known to be this one's: its event names it.
 */
export function kafkaCalls(link: Link, book: CallBook, options: CheckedKafkaOptions): KafkaCalls {
  const { agentId, organization, answerTimeoutMs } = options;

  /** Writes an intent, and waits until an event tells what became of it; `null` where one does, else why none does. */
  const ask = async (
    callId: string,
    intent: Intent,
    heard: (facts: CallFacts) => boolean,
    ...signals: readonly (AbortSignal | undefined)[]
  ): Promise<Answer | null> => {
    book.track(callId);
    try {
      await link.write(intent);
    } catch (cause) {
      if (isCountersignError(cause))
        return { ok: false, problem: cause.problem, transient: false, mayHaveActed: false };
      return unanswered(`it may not have been written: ${(cause as Error).message}`, true);
    }
    if (await book.until(callId, heard, answerTimeoutMs, ...signals)) return null;
    return unanswered(link.problem() ?? UNHEARD, true);
  };

  const isDecided = (facts: CallFacts): boolean => {
    const status = statusOf(facts);
    return status !== undefined && status !== 'evaluating';
  };

  const redeemAs: KafkaCalls['redeemAs'] = async (id, callId, args) => {
    const data = { tool_call_id: callId, arguments: args };
    const ended = (facts: CallFacts) => isDecided(facts) && statusOf(facts) !== 'authorized';
    const unheard = await ask(callId, { id, type: 'agent.permit.redeem', data }, ended);
    if (unheard) return unheard;
    const { events } = book.facts(callId);
    const redeemed = events['agent.permit.redeemed'];
    if (redeemed?.causation === id) return answered({ valid: true, tool_call_id: callId });
    if (redeemed) return refusedWith('permit_redeemed', 409, 'the permit is used up');
    if (events['agent.tool.lapsed']) return refusedWith('expired', 410, 'the permit has lapsed');
    return refusedWith('void', 410, 'the call was ended before its permit was used up');
  };

  return {
    redact: (text) => text,

    async announce(body: ToolCallRequest, key, { lastAttempt }) {
      if (body.agent_id !== agentId)
        return refusedWith('invalid_request', 0, `this client signs for ${agentId} and for no other agent`);
      const callId = await callIdOf(organization, agentId, key);
      const { wait_ms: _, ...data } = { ...body, redeem: false };
      const isKnown = (facts: CallFacts) => statusOf(facts) !== undefined;
      if (!isKnown(book.track(callId))) {
        const intent = {
          id: key,
          type: 'agent.intent.announced',
          data: data as object as JsonValue,
        } as const;
        const unheard = await ask(callId, intent, isKnown, lastAttempt);
        // An announcement uses no permit up, so nothing has happened that would have to be known.
        if (unheard) return { ...unheard, mayHaveActed: false };
      }
      await book.until(callId, isDecided, answerTimeoutMs, lastAttempt);
      return announcementAnswer(callId, book.facts(callId));
    },

    async standing(callId, { waitMs = 0, after }, { signal, lastAttempt }) {
      const changed = ({ position }: CallFacts) => after === undefined || isLater(position, after);
      if (waitMs > 0) await book.until(callId, changed, waitMs, signal, lastAttempt);
      const facts = book.facts(callId);
      return statusOf(facts) === undefined ? unanswered(UNHEARD, false) : standingAnswer(callId, facts);
    },

    redeemAs,
    redeem: ({ callId }, args) => redeemAs(book.redemptionId(callId), callId, args),

    async report(callId, { permit: _, ...outcome }: OutcomeRequest) {
      const data = { tool_call_id: callId, ...outcome } as object as JsonValue;
      const isCalled = ({ events }: CallFacts) => events['agent.tool.called'] !== undefined;
      const unheard = await ask(callId, { id: uuidV7(), type: 'agent.tool.reported', data }, isCalled);
      if (unheard) return unheard;
      const facts = book.facts(callId);
      const status = statusOf(facts);
      return facts.events['agent.tool.called']?.data.unauthorized === true
        ? refusedWith('permit_invalid', 403, 'recorded as unauthorized: the permit did not cover it', {
            tool_call_id: callId,
            unauthorized: true,
          })
        : answered({ status });
    },
  };
}
