import type { Calls } from './calls.ts';
import { deliverOutcome } from './deliver-outcome.ts';
import type { Cancelled, GuardResult, NotExecuted } from './guard-result.ts';
import type { Execute, Execution, GuardedCall, GuardOptions } from './guarded-call.ts';
import type { JournalEntry } from './journal.ts';
import { createKeyMemory } from './key-memory.ts';
import { inDoubt } from './not-executed.ts';
import { obtainPermit } from './obtain-permit.ts';
import { perform } from './perform.ts';
import { prepare } from './prepare.ts';
import type { Redeemed } from './redeem-permit.ts';
import { isAborted, type Run } from './run.ts';
import { settledByJournal } from './settled.ts';
import { createTurns } from './turns.ts';

const DEFAULT_WAIT_MS = 60_000;

/** After these the same key goes on, and it matters who made it. */
const RESUMABLE: readonly NotExecuted['verdict'][] = ['pending', 'unavailable', 'cancelled'];

/**
 * Announces a call, waits for a human where one is asked, redeems the permit, executes with exactly the arguments
 * that were decided on, and reports the outcome.
 *
 * Never rejects and never executes twice for one key; what it can't know, it does not execute. It executes only if this
 * very run redeemed the permit for certain; or if the answer to the redemption was lost, and this client made the key
 * and has not begun it; or if there is a journal, and it lets this run begin.
 */
export type Guard = <Arguments extends object, Value>(
  call: GuardedCall<Arguments>,
  execute: Execute<Arguments, Value>,
  options?: GuardOptions<Value>,
) => Promise<GuardResult<Value>>;

/** A guard with a memory of its own: which keys it made and began, it knows while it lives. */
export function createGuard(calls: Calls, defaultAgentId: string | undefined): Guard {
  const memory = createKeyMemory();
  const turns = createTurns();
  return async (call, execute, options = {}) => {
    const { journal, signal, waitMs = DEFAULT_WAIT_MS } = options;
    const prepared = prepare(call, defaultAgentId, options, waitMs);
    const { key } = prepared;
    if (!prepared.ok) return { verdict: 'rejected', key, problem: prepared.problem };
    if (prepared.fresh) memory.own(key);
    const { fresh, body } = prepared;
    const run: Run = { calls, memory, journal, key, fresh, body, waitMs, signal };
    return turns.take(key, signal, () => proceed(run, execute, options));
  };
}

async function proceed<Arguments extends object, Value>(
  run: Run,
  execute: Execute<Arguments, Value>,
  options: GuardOptions<Value>,
): Promise<GuardResult<Value>> {
  if (isAborted(run)) return cancelled(run, { cause: 'aborted', callId: null, permit: 'not_redeemed' });
  let begun: JournalEntry | undefined;
  try {
    begun = run.memory.get(run.key) ?? (await run.journal?.get(run.key));
  } catch (error) {
    return cancelled(run, { cause: 'journal_failed', callId: null, permit: 'not_redeemed', error });
  }
  if (begun !== undefined) return settledByJournal(run, begun);
  const obtained = await obtainPermit(run);
  if (obtained.verdict === 'redeemed') {
    return (await begin(run, obtained)) ?? finish(run, obtained, execute, options);
  }
  // What has ended needs no memory.
  if (!RESUMABLE.includes(obtained.verdict)) run.memory.forget(run.key);
  return obtained;
}

/** Claims the execution for this run, or says why it must not happen. */
async function begin(run: Run, { grant, by }: Redeemed): Promise<NotExecuted | null> {
  const { key, memory, journal } = run;
  const ours = by === 'us' || (by === 'unclear' && memory.isOwn(key));
  if (!ours && journal === undefined) {
    memory.forget(key); // What others redeemed is not ours any more, also when we are asked again.
    return inDoubt(key, grant, 'the permit was redeemed before, and this process does not know by whom');
  }
  try {
    if (journal !== undefined && !(await journal.begin(key, grant))) {
      return inDoubt(key, grant, 'an execution under this key began elsewhere');
    }
  } catch (error) {
    const permit = ours ? await giveBack(run, grant, 'the journal failed') : 'unknown';
    return cancelled(run, { cause: 'journal_failed', callId: grant.callId, permit, error });
  }
  memory.began(key, grant);
  if (!isAborted(run)) return null;
  const permit = await giveBack(run, grant, 'aborted by the caller');
  return cancelled(run, { cause: 'aborted', callId: grant.callId, permit });
}

async function finish<Arguments extends object, Value>(
  run: Run,
  { grant }: Redeemed,
  execute: Execute<Arguments, Value>,
  options: GuardOptions<Value>,
): Promise<GuardResult<Value>> {
  const { key, calls, body } = run;
  const execution: Omit<Execution<Arguments>, 'recordUsage'> = {
    ...grant,
    key,
    arguments: body.arguments as Execution<Arguments>['arguments'],
    signal: run.signal ?? new AbortController().signal,
  };
  const { result, report } = await perform(execute, execution, options.recordedResult, calls.redact);
  run.memory.ended(key, report);
  const journalError = await endInJournal(run, report);
  const outcome = await deliverOutcome(run, grant.callId, report);
  return {
    verdict: 'executed',
    key,
    callId: grant.callId,
    ...result,
    outcomePending: !outcome.recorded,
    outcome,
    ...(journalError === undefined ? {} : { journalError }),
  };
}

/** Reports a redeemed permit as not executed, so that its quota is free again. */
async function giveBack(run: Run, grant: Redeemed['grant'], why: string): Promise<Cancelled['permit']> {
  const report = { permit: grant.permit, success: false, executed: false, error: `not executed: ${why}` };
  run.memory.began(run.key, grant);
  run.memory.ended(run.key, report);
  await endInJournal(run, report);
  return (await deliverOutcome(run, grant.callId, report)).recorded ? 'given_back' : 'unknown';
}

async function endInJournal(run: Run, report: Parameters<typeof deliverOutcome>[2]): Promise<unknown> {
  try {
    await run.journal?.end(run.key, report);
  } catch (error) {
    return error ?? new Error('the journal failed');
  }
}

function cancelled(run: Run, how: Omit<Cancelled, 'verdict' | 'key'>): Cancelled {
  return { verdict: 'cancelled', key: run.key, ...how };
}
