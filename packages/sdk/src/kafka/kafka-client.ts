import { createGuard, type Guard } from '../guard/guard.ts';
import type { Answer } from '../http/answer.ts';
import type { OutcomeRequest } from '../model/outcome.ts';
import type { ToolCallRequest } from '../model/tool-call.ts';
import type { ApprovalPointer, CallStatus, Obligations } from '../model/verdict.ts';
import { CountersignError } from '../problem.ts';
import { uuidV7 } from '../uuid-v7.ts';
import { createCallBook } from './call-book.ts';
import { kafkaCalls } from './kafka-calls.ts';
import { createLink } from './link.ts';
import { checkKafkaOptions, type KafkaOptions } from './options.ts';

/** A call as its events tell it. */
export interface KafkaCall {
  readonly id: string;
  readonly status: CallStatus;
  /** While a human is asked. */
  readonly approval?: ApprovalPointer;
  readonly obligations?: Obligations;
  readonly permit?: { readonly expires_at: string; readonly redeemed: boolean };
}

/**
 * A client for one agent over Kafka. `guard` is the same as over HTTP, and answers with values; the other methods reject
 * with `CountersignError`. It connects when it is first used.
 */
export interface KafkaClient {
  readonly guard: Guard;
  /** Announces a call and waits for the verdict; rejects where it is refused. */
  announce(
    request: Omit<ToolCallRequest, 'redeem' | 'wait_ms' | 'agent_id'>,
    options?: { readonly idempotencyKey?: string | undefined },
  ): Promise<KafkaCall>;
  /** Uses the permit of an authorized call up, for these very arguments. */
  redeem(callId: string, args: ToolCallRequest['arguments']): Promise<void>;
  /** Reports what became of a call. */
  report(callId: string, outcome: Omit<OutcomeRequest, 'permit'>): Promise<{ readonly status: CallStatus }>;
  /** Cancels what is guarded, as its own signal would, and ends the connections. */
  close(): Promise<void>;
}

/** @throws CountersignError (`invalid_request`) naming every option that is wrong */
export function connectKafka(given: KafkaOptions): KafkaClient {
  const options = checkKafkaOptions(given);
  const { agentId } = options;
  const book = createCallBook();
  const link = createLink(options, book.apply);
  const calls = kafkaCalls(link, book, options);
  const guard = createGuard(calls, agentId);
  const closing = new AbortController();
  return {
    guard: (call, execute, options = {}) => {
      const signals = [closing.signal, ...(options.signal ? [options.signal] : [])];
      return guard(call, execute, { ...options, signal: AbortSignal.any(signals) });
    },
    async announce(request, { idempotencyKey = uuidV7() } = {}) {
      return bodyOf(await calls.announce({ ...request, agent_id: agentId }, idempotencyKey, {}));
    },
    async redeem(callId, args) {
      bodyOf(await calls.redeemAs(uuidV7(), callId, args));
    },
    report: async (callId, outcome) => bodyOf(await calls.report(callId, { ...outcome, permit: callId })),
    async close() {
      closing.abort();
      book.close();
      await link.close();
    },
  };
}

function bodyOf<Body>(answer: Answer): Body {
  if (!answer.ok) throw new CountersignError(answer.problem);
  return answer.body as Body;
}
