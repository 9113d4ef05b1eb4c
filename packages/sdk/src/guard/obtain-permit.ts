import { pause } from '../http/pause.ts';
import { awaitDecision } from './await-decision.ts';
import type { NotExecuted } from './guard-result.ts';
import { aborted, inDoubt, refusal, unreadable } from './not-executed.ts';
import { type Redeemed, redeemPermit } from './redeem-permit.ts';
import { isAborted, type Run } from './run.ts';
import { settledByServer } from './settled.ts';
import { readStanding, type Standing } from './standing.ts';

/** Before two answers that disagreed are asked for again: a view may lag. Milliseconds. */
const DISAGREEMENT_PAUSE_MS = 250;

/** Announces, waits for a human where one is asked, and redeems: up to a redeemed permit or a refusal. */
export async function obtainPermit(run: Run): Promise<Redeemed | NotExecuted> {
  const endsAt = performance.now() + run.waitMs;
  let waited: 'decided' | NotExecuted = 'decided';
  for (let round = 0; waited === 'decided'; round++) {
    const answer = await run.calls.announce(run.body, run.key, { lastAttempt: run.signal });
    if (!answer.ok) {
      return isAborted(run) && answer.transient
        ? aborted(run.key, null, answer.mayHaveActed ? 'unknown' : 'not_redeemed')
        : refusal(run.key, answer.problem, answer.transient, null);
    }
    const standing = readStanding(answer.body);
    if (standing.at !== 'waiting') return decided(run, standing);
    if (round > 0) await pause(DISAGREEMENT_PAUSE_MS, run.signal);
    // Whatever becomes of the call, the answer to the same announcement says it.
    waited = await awaitDecision(run, standing, endsAt);
  }
  return waited;
}

function decided(
  run: Run,
  standing: Exclude<Standing, { readonly at: 'waiting' }>,
): Promise<Redeemed | NotExecuted> | Redeemed | NotExecuted {
  const { key } = run;
  switch (standing.at) {
    case 'redeemed':
      return { verdict: 'redeemed', grant: standing.grant, by: standing.replayed ? 'unclear' : 'us' };
    case 'authorized':
      return redeemPermit(run, standing.grant);
    case 'settled':
      return settledByServer(run, standing.callId);
    case 'abandoned':
      return inDoubt(key, standing.grant, 'the permit was redeemed and no outcome came in time');
    case 'lapsed': {
      const detail = 'the permit was not redeemed in time';
      return { verdict: 'denied', key, code: 'lapsed', reasons: [], callId: standing.callId, detail };
    }
    case 'unknown':
      return unreadable(key, null);
  }
}
