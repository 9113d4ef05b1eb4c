import { pause } from '../http/pause.ts';
import { isJsonObject } from '../json/json-value.ts';
import type { NotExecuted } from './guard-result.ts';
import { aborted, refusal } from './not-executed.ts';
import { isAborted, type Run } from './run.ts';
import { positionOf, type Standing } from './standing.ts';

/** The longest poll: proxies cut what is silent for much longer. */
const POLL_MS = 25_000;

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
  { callId, approval, reasons, position }: Extract<Standing, { readonly at: 'waiting' }>,
  endsAt: number,
): Promise<'decided' | NotExecuted> {
  // What has changed since then is answered at once.
  let after = position;
  for (;;) {
    if (isAborted(run)) return aborted(run.key, callId, 'not_redeemed');
    const asked = performance.now();
    const left = Math.floor(endsAt - asked);
    if (left <= 0) return { verdict: 'pending', key: run.key, callId, approval, reasons };
    const waitMs = Math.min(left, POLL_MS);
    const answer = await run.calls.standing(callId, { waitMs, after }, { signal: run.signal });
    if (isAborted(run)) continue;
    if (answer.ok && isJsonObject(answer.body)) {
      if (!isWaiting(answer.body.status)) return 'decided';
      after = positionOf(answer.body) ?? after;
    }
    if (!answer.ok && !answer.transient) return refusal(run.key, answer.problem, false, callId);
    const held = answer.ok && performance.now() - asked >= Math.min(waitMs, POLL_PAUSE_MS);
    if (!held) await pause(Math.min(POLL_PAUSE_MS, left), run.signal);
  }
}

function isWaiting(status: unknown): boolean {
  return status === 'evaluating' || status === 'awaiting_approval';
}
