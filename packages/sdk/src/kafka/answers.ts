import type { Answer } from '../http/answer.ts';
import type { JsonObject } from '../json/json-value.ts';
import type { Reason } from '../model/verdict.ts';
import { type CountersignProblem, localProblem } from '../problem.ts';
import { type CallEvent, type CallFacts, statusOf } from './call-facts.ts';

/** An event in the form of HTTP's answer 200: what is made of it is the same. */
export function answered(body: object, mayHaveActed = false): Answer {
  return { ok: true, status: 200, body, mayHaveActed };
}

/** Nothing was heard of it; the same may be asked again. */
export function unanswered(detail: string, mayHaveActed: boolean): Answer {
  return { ok: false, problem: localProblem('no_answer', detail), transient: true, mayHaveActed };
}

/** A refusal, with the code and status that HTTP gives it. */
export function refusedWith(
  code: string,
  status: number,
  detail: string,
  more: Partial<CountersignProblem> = {},
): Answer {
  const problem = localProblem(code, detail, { status, ...more });
  return { ok: false, problem, transient: false, mayHaveActed: false };
}

/** What an announcement is answered with, from the call as it stands. */
export function announcementAnswer(callId: string, facts: CallFacts): Answer {
  const { events, position } = facts;
  const blocked = events['agent.safety.blocked'];
  if (blocked) return refusalOf(callId, blocked);
  const authorized = events['agent.tool.authorized'];
  const status = statusOf(facts);
  const base = { id: callId, status, position };
  const asked = events['agent.approval.requested'];
  if (!authorized) {
    const approval = { id: callId, state: 'waiting', expires_at: asked?.data.expires_at };
    return answered(status === 'awaiting_approval' ? { ...base, approval } : base);
  }
  const redeemed = events['agent.permit.redeemed'] !== undefined;
  return answered({
    ...base,
    verdict: 'allow',
    // There is no token on Kafka: the agent's signature stands for it, and the call's id names the permit.
    permit: { token: callId, expires_at: authorized.data.expires_at, redeemed },
    obligations: authorized.data.obligations,
    replayed: redeemed,
  });
}

/** Codes of refusals that HTTP has a problem of its own for; every other one is `denied`, with its reasons. */
const OWN_STATUS: Readonly<Record<string, number>> = {
  user_not_delegated: 403,
  arguments_invalid: 422,
  over_quota: 429,
  throttled: 429,
  undecided: 503,
};

function refusalOf(callId: string, { data }: CallEvent): Answer {
  const reason = String(data.reason);
  const { reasons = [] } = (data.context ?? {}) as { readonly reasons?: readonly Reason[] };
  const code = Object.hasOwn(OWN_STATUS, reason) ? reason : 'denied';
  const detail = reasons.map(({ message }) => message).join('; ') || `refused: ${reason}`;
  return refusedWith(code, OWN_STATUS[code] ?? 403, detail, { tool_call_id: callId, reasons });
}

/** What reading the call is answered with. */
export function standingAnswer(callId: string, facts: CallFacts): Answer {
  const called = facts.events['agent.tool.called'];
  return answered({
    id: callId,
    status: statusOf(facts),
    position: facts.position,
    ...(called ? { outcome: outcomeOf(called) } : {}),
  });
}

/** Result and error are sealed on the bus. */
function outcomeOf({ data, time }: CallEvent): JsonObject {
  const { success, executed, latency_ms, usage, late, unauthorized } = data as Required<typeof data>;
  return { success, executed, latency_ms, usage, late, unauthorized, reported_at: time } as JsonObject;
}
