import { isJsonObject } from '../json/json-value.ts';
import { redemption } from '../routes/permits.ts';
import type { NotExecuted } from './guard-result.ts';
import { aborted, inDoubt, refusal, unreadable } from './not-executed.ts';
import { isAborted, type Run } from './run.ts';
import type { Grant } from './standing.ts';

/** A redeemed permit. */
export interface Redeemed {
  readonly verdict: 'redeemed';
  readonly grant: Grant;
  /** Whether it is certain that this very run redeemed it. */
  readonly certain: boolean;
}

/** Uses up the permit of a call that was allowed without being redeemed at once, as after an approval. */
export async function redeemPermit(run: Run, grant: Grant): Promise<Redeemed | NotExecuted> {
  const { key } = run;
  const { callId, permit } = grant;
  const request = redemption({ permit, arguments: run.body.arguments }, 'repeatable');
  const answer = await run.http.send({ ...request, lastAttempt: run.signal });
  if (answer.ok) {
    const { body } = answer;
    const holds = isJsonObject(body) && body.valid === true && body.tool_call_id === callId;
    return holds ? { verdict: 'redeemed', grant, certain: true } : unreadable(key, callId);
  }
  if (answer.problem.code === 'permit_redeemed') {
    return answer.mayHaveActed
      ? { verdict: 'redeemed', grant, certain: false } // By an attempt of ours that was lost, or by somebody else.
      : inDoubt(key, grant, 'somebody else redeemed the permit');
  }
  if (isAborted(run) && answer.transient) {
    return aborted(key, callId, answer.mayHaveActed ? 'unknown' : 'not_redeemed');
  }
  return refusal(key, answer.problem, answer.transient, callId);
}
