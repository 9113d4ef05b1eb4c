import type { Answer } from '../http/answer.ts';
import type { Http } from '../http/http.ts';
import type { Redact } from '../http/redaction.ts';
import type { OutcomeRequest } from '../model/outcome.ts';
import type { ToolCallRequest } from '../model/tool-call.ts';
import { redemption } from '../routes/permits.ts';
import { announcement, outcomeReport, standing, type Wait } from '../routes/tool-calls.ts';
import type { Grant } from './standing.ts';

/** What ends a request: `signal` at once, `lastAttempt` after the attempt that is under way. */
export interface Ending {
  readonly signal?: AbortSignal | undefined;
  readonly lastAttempt?: AbortSignal | undefined;
}

/** How a guard reaches its calls. Nothing of it rejects; answers are those of the HTTP interface, whatever carries them. */
export interface Calls {
  announce(body: ToolCallRequest, key: string, ending: Ending): Promise<Answer>;
  /** The call as it stands, held back for at most `waitMs` until it changes. */
  standing(callId: string, wait: Wait, ending: Ending): Promise<Answer>;
  redeem(grant: Grant, args: ToolCallRequest['arguments'], ending: Ending): Promise<Answer>;
  report(callId: string, outcome: OutcomeRequest): Promise<Answer>;
  readonly redact: Redact;
}

/** Calls over HTTP, each sent again as the retry policy says. */
export function httpCalls(http: Http): Calls {
  return {
    announce: (body, key, ending) => http.send({ ...announcement(body, key), ...ending }),
    standing: (callId, wait, ending) => http.send({ ...standing(callId, wait), ...ending }),
    redeem: ({ permit }, args, ending) =>
      http.send({ ...redemption({ permit, arguments: args }, 'repeatable'), ...ending }),
    report: (callId, outcome) => http.send(outcomeReport(callId, outcome)),
    redact: http.redact,
  };
}
