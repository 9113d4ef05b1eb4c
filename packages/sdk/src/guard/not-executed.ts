import { type CountersignProblem, localProblem } from '../problem.ts';
import type { NotExecuted } from './guard-result.ts';

/** The permit or the call does not hold; the answer is final for the key. */
const FINAL: readonly string[] = [
  'denied',
  'user_not_delegated',
  'arguments_invalid',
  'permit_invalid',
  'digest_mismatch',
  'expired',
  'void',
];

/** What a problem means for a call that is not executed. Unknown ones are never taken for a permission. */
export function refusal(
  key: string,
  problem: CountersignProblem,
  transient: boolean,
  knownCallId: string | null,
): NotExecuted {
  const callId = problem.tool_call_id ?? knownCallId;
  const reasons = problem.reasons ?? [];
  const retryAfterMs = problem.retry_after_ms ?? null;
  if (problem.code === 'undecided') return { verdict: 'undecided', key, callId, retryAfterMs };
  if (transient || problem.code === 'unexpected_answer') {
    return { verdict: 'unavailable', key, problem, callId, retryAfterMs };
  }
  if (problem.code === 'throttled') {
    return { verdict: 'throttled', key, callId, reasons, retryAfterMs, throttle: problem.throttle ?? null };
  }
  if (problem.code === 'over_quota') {
    const { meter = null, limit = null, used = null } = problem;
    return { verdict: 'over_quota', key, callId, reasons, retryAfterMs, meter, limit, used };
  }
  if (FINAL.includes(problem.code)) {
    return { verdict: 'denied', key, code: problem.code, reasons, callId, detail: problem.detail };
  }
  return { verdict: 'rejected', key, problem };
}

/** The permit is redeemed, and may have been executed by somebody else. */
export function inDoubt(
  key: string,
  { callId, permit }: { readonly callId: string; readonly permit: string },
  detail: string,
): NotExecuted {
  return { verdict: 'in_doubt', key, callId, permit, detail };
}

/** The caller aborted, and nothing was or will be executed. */
export function aborted(
  key: string,
  callId: string | null,
  permit: 'not_redeemed' | 'given_back' | 'unknown',
): NotExecuted {
  return { verdict: 'cancelled', key, cause: 'aborted', callId, permit };
}

/** A 2xx answer that does not say what it must; another try may be answered better. */
export function unreadable(key: string, callId: string | null): NotExecuted {
  const problem = localProblem('unexpected_answer', 'the answer is not one that Countersign gives');
  return { verdict: 'unavailable', key, problem, callId, retryAfterMs: null };
}
