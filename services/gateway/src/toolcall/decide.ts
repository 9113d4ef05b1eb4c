import {
  type Decider,
  type JsonObject,
  type Personal,
  type Rejection,
  reject,
} from '@countersign/event-sourcing';
import type { Actor, Principal, Reason, ToolCallEvent, ToolRequested } from './events.ts';
import { evolve, initialState, type Permit, type Request, type ToolCall } from './state.ts';

/** Announces a call. A second announcement under the same id changes nothing. */
export interface Announce {
  readonly kind: 'announce';
  readonly request: ToolRequested['data'];
  readonly time: string;
  readonly personal: { readonly decision: Personal; readonly request: Personal };
}

/** Lets the call run: everything that was asked has said yes. A call that has ended meanwhile stays ended. */
export interface Authorize {
  readonly kind: 'authorize';
  readonly toolDefinitionHash: string;
  readonly policySet: string;
  readonly obligations: JsonObject;
  readonly expiresAt: string;
  readonly killEpoch: string;
  readonly time: string;
}

/** Ends the call without execution. `open`: waiting for a verdict only, or also authorized and not yet redeemed. */
export interface Block {
  readonly kind: 'block';
  readonly reason: string;
  readonly layer: string;
  readonly reasons: readonly Reason[];
  readonly killSwitchId: string | null;
  readonly open: 'undecided' | 'unredeemed';
}

/** Uses the permit up. */
export interface Redeem {
  readonly kind: 'redeem';
  readonly by: Principal;
  readonly killEpoch: string;
  readonly time: string;
}

/** What became of the execution. Personal: arguments, result and error. */
export interface ReportOutcome {
  readonly kind: 'report-outcome';
  readonly success: boolean;
  readonly executed: boolean;
  readonly latencyMs: number | null;
  readonly usage: JsonObject | null;
  readonly by: Actor;
  readonly personal: Personal;
}

/** Ends a permit that nobody redeemed in time. */
export interface Lapse {
  readonly kind: 'lapse';
  readonly time: string;
}

/** Closes a redeemed call whose outcome did not come in time. */
export interface Abandon {
  readonly kind: 'abandon';
  readonly time: string;
  readonly outcomeTtlMs: number;
}

/** Everything that can be asked of a tool call. */
export type ToolCallCommand = Announce | Authorize | Block | Redeem | ReportOutcome | Lapse | Abandon;

/** Codes of the contract. */
export type ToolCallRejection = 'not_found' | 'void' | 'expired' | 'permit_redeemed' | 'permit_invalid';

type Decided = readonly ToolCallEvent[] | Rejection<ToolCallRejection>;

function announce(command: Announce, state: ToolCall): Decided {
  if (state.status !== 'none') return [];
  const { request } = command;
  return [
    {
      type: 'decision-made.v2',
      data: {
        agent_id: request.agent_id,
        user_id: request.user_id,
        tool_selected: request.tool_name,
        confidence_score: request.confidence_score,
        timestamp: command.time,
      },
      personal: command.personal.decision,
    },
    { type: 'tool-requested.v2', data: request, personal: command.personal.request },
  ];
}

function authorize(command: Authorize, state: ToolCall): Decided {
  if (state.status !== 'requested') return [];
  const { request } = state;
  const authorized: ToolCallEvent = {
    type: 'tool-authorized.v1',
    data: {
      ...partiesOf(request),
      arguments_digest: request.arguments_digest,
      tool_definition_hash: command.toolDefinitionHash,
      policy_set: command.policySet,
      obligations: command.obligations,
      expires_at: command.expiresAt,
      kill_epoch: command.killEpoch,
    },
  };
  return request.redeem
    ? [authorized, redeemed(request, request.requested_by, 'self', command.killEpoch, command.time)]
    : [authorized];
}

function block(command: Block, state: ToolCall): Decided {
  const open =
    state.status === 'requested' || (command.open === 'unredeemed' && state.status === 'authorized');
  if (!open) return [];
  const { request } = state;
  return [
    {
      type: 'safety-blocked.v1',
      data: {
        tool_call_id: request.tool_call_id,
        reason: command.reason,
        blocked_action: request.tool_name,
        user: request.user_id,
        context: {
          agent_id: request.agent_id,
          layer: command.layer,
          rules: command.reasons.flatMap(({ policy, rule }) => (policy && rule ? [`${policy}/${rule}`] : [])),
          reasons: command.reasons,
          tool_action: request.action,
          environment: request.environment,
          kill_switch_id: command.killSwitchId,
        },
      },
    },
  ];
}

function redeem(command: Redeem, state: ToolCall): Decided {
  switch (state.status) {
    case 'authorized':
      if (command.time >= state.permit.expires_at)
        return reject('expired', `the permit expired at ${state.permit.expires_at}`);
      return [redeemed(state.request, command.by, 'executor', command.killEpoch, command.time)];
    case 'lapsed':
      return reject('expired', 'the permit has lapsed unredeemed');
    case 'blocked':
      return state.permit ? reject('void', 'the call was blocked after it had been authorized') : noPermit();
    case 'none':
    case 'requested':
      return noPermit();
    default:
      return reject('permit_redeemed', 'the permit is used up: it holds for one execution');
  }
}

function reportOutcome(command: ReportOutcome, state: ToolCall): Decided {
  switch (state.status) {
    case 'none':
    case 'requested':
      return noPermit();
    case 'succeeded':
    case 'failed':
      return [];
    case 'blocked':
    case 'lapsed':
      if (!state.permit) return noPermit();
      return state.outcomeKept ? [] : [called(command, state.request, { late: false, unauthorized: true })];
    case 'authorized':
      return [called(command, state.request, { late: false, unauthorized: true })];
    case 'redeemed':
      return [called(command, state.request, { late: false, unauthorized: false })];
    case 'abandoned':
      return [called(command, state.request, { late: true, unauthorized: false })];
  }
}

function lapse(command: Lapse, state: ToolCall): Decided {
  if (state.status !== 'authorized' || command.time < state.permit.expires_at) return [];
  return [{ type: 'tool-lapsed.v1', data: partiesOf(state.request) }];
}

function abandon(command: Abandon, state: ToolCall): Decided {
  if (state.status !== 'redeemed') return [];
  if (Date.parse(command.time) < Date.parse(state.redeemedAt) + command.outcomeTtlMs) return [];
  return [{ type: 'tool-abandoned.v1', data: partiesOf(state.request) }];
}

function decide(command: ToolCallCommand, state: ToolCall): Decided {
  switch (command.kind) {
    case 'announce':
      return announce(command, state);
    case 'authorize':
      return authorize(command, state);
    case 'block':
      return block(command, state);
    case 'redeem':
      return redeem(command, state);
    case 'report-outcome':
      return reportOutcome(command, state);
    case 'lapse':
      return lapse(command, state);
    case 'abandon':
      return abandon(command, state);
  }
}

/** Authorized or blocked once, redeemed once; outcomes are kept after every end. */
export const toolCall: Decider<ToolCall, ToolCallCommand, ToolCallEvent, ToolCallRejection> = {
  initial: initialState,
  evolve,
  decide,
};

function partiesOf({ tool_call_id, agent_id, user_id, tool_name }: Request | Permit) {
  return { tool_call_id, agent_id, user_id, tool_name };
}

function redeemed(
  request: Request,
  by: Principal,
  mode: 'self' | 'executor',
  killEpoch: string,
  time: string,
): ToolCallEvent {
  return {
    type: 'permit-redeemed.v1',
    data: { ...partiesOf(request), by, mode, kill_epoch: killEpoch, redeemed_at: time },
  };
}

function called(
  command: ReportOutcome,
  request: Request,
  flags: { late: boolean; unauthorized: boolean },
): ToolCallEvent {
  return {
    type: 'tool-called.v1',
    data: {
      ...partiesOf(request),
      arguments_digest: request.arguments_digest,
      arguments_shape: request.arguments_shape,
      latency_ms: command.latencyMs,
      success: command.success,
      executed: command.executed,
      usage: command.usage,
      ...flags,
      reported_by: command.by,
    },
    personal: command.personal,
  };
}

function noPermit(): Rejection<'permit_invalid'> {
  return reject('permit_invalid', 'the call has no permit');
}
