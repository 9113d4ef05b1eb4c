import type { Principal } from '@countersign/access';
import { GAUGES } from '@countersign/access';
import { type Problem, problem, type ToolCallAllowed, type ToolCallAwaiting } from '@countersign/contracts';
import { type ResponseHeaders, rateHeaders } from '@countersign/http';
import type { CallRow } from '../views/call-row.ts';
import type { PermitTokens } from './permit-token.ts';
import { isOwn } from './visibility.ts';

/** What an announcement that was not refused is answered with. */
export type Answer =
  | { readonly status: 200; readonly body: ToolCallAllowed; readonly headers?: ResponseHeaders }
  | { readonly status: 202; readonly body: ToolCallAwaiting };

/** What only the announcing request knows. */
export interface Asked {
  readonly principal: Principal;
  readonly replayed: boolean;
  readonly argumentsSalt: string | null;
}

/** The permit as a caller sees it; the token is for the agent and who asked. */
export function permitOf(call: CallRow, principal: Principal, tokens: PermitTokens) {
  if (!call.permit) return null;
  const { event_id, expires_at, redeemed } = call.permit;
  const token = isOwn(call, principal) ? { token: tokens.issue(call.id, event_id) } : {};
  return { ...token, expires_at, redeemed };
}

/** The answer to an announcement, from the call as it stands: the same for every repeat of it. */
export function answerOf(call: CallRow, asked: Asked, tokens: PermitTokens): Answer | Problem {
  if (call.status === 'denied' || call.status === 'blocked') return refusalOf(call, asked.replayed);
  const common = {
    id: call.id,
    arguments_digest: call.arguments_digest,
    ...(asked.argumentsSalt === null ? {} : { arguments_salt: asked.argumentsSalt }),
    obligations: call.obligations,
    reasons: call.reasons as ToolCallAllowed['reasons'],
    policy: call.policy_set,
    risk_score: call.risk_score,
    position: String(call.position),
    replayed: asked.replayed,
  };
  if (call.status === 'awaiting_approval' && call.approval) {
    const approval = { id: call.id, ...call.approval };
    return { status: 202, body: { ...common, status: call.status, verdict: 'require_approval', approval } };
  }
  const permit = permitOf(call, asked.principal, tokens);
  const body = { ...common, status: call.status, verdict: 'allow', permit } as const;
  // A repeat takes nothing, and knows nothing of what is left now.
  const rate = asked.replayed ? undefined : call.rate;
  return { status: 200, body, ...(rate && { headers: rateHeaders(rate) }) };
}

/** A recorded end is final for its key: the same refusal, with the cause as its code where the contract has one. */
export function refusalOf(call: CallRow, replayed: boolean): Problem {
  const reason = call.blocked?.reason ?? 'denied';
  const recorded: Recorded = {
    tool_call_id: call.id,
    call_status: call.status,
    reasons: call.reasons as ToolCallAllowed['reasons'],
    replayed,
  };
  if (reason === 'undecided')
    return problem('undecided', 'no verdict came in time; the call is closed', recorded);
  if (call.quota_denied) return quotaRefusal(call.quota_denied, recorded);
  const detail =
    call.reasons
      .map((one) => one.message)
      .join('; ')
      .slice(0, 1_000) || `refused: ${reason}`;
  if (reason === 'arguments_invalid') return problem('arguments_invalid', detail, recorded);
  if (reason === 'user_not_delegated') return problem('user_not_delegated', detail, recorded);
  return problem('denied', detail, recorded);
}

interface Recorded {
  readonly tool_call_id: string;
  readonly call_status: CallRow['status'];
  readonly reasons: ToolCallAllowed['reasons'];
  readonly replayed: boolean;
}

function quotaRefusal(denied: NonNullable<CallRow['quota_denied']>, recorded: Recorded): Problem {
  const { which, limit, used, retry_after_ms } = denied;
  const figures = { ...recorded, limit: limit ?? 0, used, retry_after_ms };
  switch (which.kind) {
    case 'throttle':
      return problem('throttled', `throttle ${which.name} has no room now`, {
        ...figures,
        throttle: which.name,
      });
    case 'meter':
      if (GAUGES.some((gauge) => gauge === which.key)) {
        // A level does not come back with time: that is no 429.
        return problem('denied', `gauge ${which.key} of ${which.scope} is at ${used} of ${limit}`, recorded);
      }
      return problem('over_quota', `meter ${which.key} of ${which.scope} has too little left for this call`, {
        ...figures,
        meter: which.key,
        scope: which.scope,
      });
    default:
      return problem('over_quota', `the plan does not include ${which.key}`, {
        ...figures,
        meter: which.key,
      });
  }
}
