import { isJsonObject } from '../json/json-value.ts';
import type { OutcomeRequest } from '../model/outcome.ts';
import type { CallStatus } from '../model/verdict.ts';
import { localProblem } from '../problem.ts';
import type { OutcomeDelivery } from './guard-result.ts';
import type { Run } from './run.ts';

const UNREADABLE = localProblem('unexpected_answer', 'the answer does not say whether it was recorded');

/** Codes that a report's result, error text or usage can be to blame for. */
const UNACCEPTABLE: readonly string[] = ['too_large', 'invalid_request', 'malformed_json'];

/**
 * Reports an outcome, again and again within the retry policy, whatever the caller's signal says: the execution has
 * happened. A report that is refused for what it carries is sent without that.
 */
export async function deliverOutcome(
  run: Run,
  callId: string,
  report: OutcomeRequest,
): Promise<OutcomeDelivery> {
  const answer = await run.calls.report(callId, report);
  if (answer.ok) {
    const status = isJsonObject(answer.body) ? answer.body.status : undefined;
    if (typeof status !== 'string') return { recorded: false, problem: UNREADABLE, report };
    run.memory.forget(run.key);
    return { recorded: true, status: status as CallStatus, report };
  }
  const { problem } = answer;
  if (problem.unauthorized === true) {
    run.memory.forget(run.key);
    return { recorded: true, problem, report };
  }
  const bare = bareReport(report);
  if (UNACCEPTABLE.includes(problem.code) && bare !== report) return deliverOutcome(run, callId, bare);
  return { recorded: false, problem, report };
}

function bareReport(report: OutcomeRequest): OutcomeRequest {
  const { result, error, usage, ...bare } = report;
  return result === undefined && error === undefined && usage === undefined ? report : bare;
}
