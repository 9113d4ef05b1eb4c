import { isJsonObject } from '../json/json-value.ts';
import type { NotExecuted } from './guard-result.ts';
import { aborted, refusal, unreadable } from './not-executed.ts';
import { isAborted, type Run } from './run.ts';
import type { Grant } from './standing.ts';

/**
 * Who used the permit up: this run, for certain (`us`); this run or somebody else who has the key, because an answer
 * was lost (`unclear`); or somebody else, because no request of ours can have done it (`others`).
 */
export type Redeemer = 'us' | 'unclear' | 'others';

/** A redeemed permit. */
export interface Redeemed {
  readonly verdict: 'redeemed';
  readonly grant: Grant;
  readonly by: Redeemer;
}

/** Uses up the permit of a call that was allowed without being redeemed at once, as after an approval. */
export async function redeemPermit(run: Run, grant: Grant): Promise<Redeemed | NotExecuted> {
  const { key } = run;
  const { callId } = grant;
  const answer = await run.calls.redeem(grant, run.body.arguments, { lastAttempt: run.signal });
  if (answer.ok) {
    const { body } = answer;
    const holds = isJsonObject(body) && body.valid === true && body.tool_call_id === callId;
    return holds ? { verdict: 'redeemed', grant, by: 'us' } : unreadable(key, callId);
  }
  if (answer.problem.code === 'permit_redeemed') {
    // Of a key that was made for this run nobody else knows; then the network repeated our request.
    return { verdict: 'redeemed', grant, by: answer.mayHaveActed || run.fresh ? 'unclear' : 'others' };
  }
  if (isAborted(run) && answer.transient) {
    return aborted(key, callId, answer.mayHaveActed ? 'unknown' : 'not_redeemed');
  }
  return refusal(key, answer.problem, answer.transient, callId);
}
