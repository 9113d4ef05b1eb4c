import { isJsonObject } from '../json/json-value.ts';
import type { ToolCall } from '../model/tool-call.ts';
import { deliverOutcome } from './deliver-outcome.ts';
import type { NotExecuted } from './guard-result.ts';
import type { JournalEntry } from './journal.ts';
import { inDoubt, refusal, unreadable } from './not-executed.ts';
import type { Run } from './run.ts';

/** The result of a call that the server says has its outcome. */
export async function settledByServer(run: Run, callId: string): Promise<NotExecuted> {
  const answer = await run.calls.standing(callId, {}, { lastAttempt: run.signal });
  if (!answer.ok) return refusal(run.key, answer.problem, answer.transient, callId);
  const { body } = answer;
  if (!isSettled(body)) return unreadable(run.key, callId);
  return {
    verdict: 'settled',
    key: run.key,
    callId,
    executed: body.outcome?.executed ?? true,
    success: body.status === 'succeeded',
    outcome: body.outcome ?? null,
    outcomePending: false,
  };
}

function isSettled(body: unknown): body is Pick<ToolCall, 'status' | 'outcome'> {
  return isJsonObject(body) && (body.status === 'succeeded' || body.status === 'failed');
}

/** The result of a key whose execution is known, here or in the journal, to have begun before. */
export async function settledByJournal(run: Run, entry: JournalEntry): Promise<NotExecuted> {
  const { callId, outcome } = entry;
  if (outcome !== undefined) {
    const { recorded } = await deliverOutcome(run, callId, outcome);
    return {
      verdict: 'settled',
      key: run.key,
      callId,
      executed: outcome.executed ?? true,
      success: outcome.success,
      outcome: null,
      outcomePending: !recorded,
    };
  }
  const answer = await run.calls.standing(callId, {}, { lastAttempt: run.signal });
  return answer.ok && isSettled(answer.body)
    ? settledByServer(run, callId)
    : inDoubt(run.key, entry, 'an execution under this key began, and its process ended before it did');
}
