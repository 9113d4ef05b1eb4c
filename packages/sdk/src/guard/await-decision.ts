import { pause } from '../http/pause.ts';
import { isJsonObject } from '../json/json-value.ts';
import { standing } from '../routes/tool-calls.ts';
import type { NotExecuted } from './guard-result.ts';
import { aborted, refusal } from './not-executed.ts';
import { isAborted, type Run } from './run.ts';
import type { Standing } from './standing.ts';

/**
 * A server that holds an answer back until the call changes does so too where it changed just before. So a poll bounds
 * how long such a change goes unnoticed: the first ones are short, because programs answer at once, and the longest
 * still leaves time to redeem within a permit's usual life.
 */
const FIRST_POLL_MS = 250;
const LONGEST_POLL_MS = 15_000;

/** Pause between polls that the server did not hold back, and after those that failed. */
const POLL_PAUSE_MS = 250;

/**
 * Polls a call until it is no longer waiting. An unreachable server is waited for too: the question may well be
 * answered meanwhile.
 *
 * @param endsAt on the clock of `performance.now()`.
 */
export async function awaitDecision(
  run: Run,
  { callId, approval, reasons }: Extract<Standing, { readonly at: 'waiting' }>,
  endsAt: number,
): Promise<'decided' | NotExecuted> {
  for (let poll = 0; ; poll++) {
    if (isAborted(run)) return aborted(run.key, callId, 'not_redeemed');
    const asked = performance.now();
    const left = Math.floor(endsAt - asked);
    if (left <= 0) return { verdict: 'pending', key: run.key, callId, approval, reasons };
    const waitMs = Math.min(left, FIRST_POLL_MS * 2 ** poll, LONGEST_POLL_MS);
    const answer = await run.http.send(standing(callId, waitMs, { signal: run.signal }));
    if (isAborted(run)) continue;
    if (answer.ok && isJsonObject(answer.body) && !isWaiting(answer.body.status)) return 'decided';
    if (!answer.ok && !answer.transient) return refusal(run.key, answer.problem, false, callId);
    const held = answer.ok && performance.now() - asked >= Math.min(waitMs, POLL_PAUSE_MS);
    if (!held) await pause(Math.min(POLL_PAUSE_MS, left), run.signal);
  }
}

function isWaiting(status: unknown): boolean {
  return status === 'evaluating' || status === 'awaiting_approval';
}
