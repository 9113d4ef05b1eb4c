import type { QuotaDenied } from '@countersign/contracts';
import type { JsonObject } from '@countersign/event-sourcing';
import type { ViewDefinition, ViewRow } from '@countersign/processing';
import type { Principal, Reason } from '../toolcall/events.ts';

/** As the contract has it. */
export type CallStatus =
  | 'evaluating'
  | 'awaiting_approval'
  | 'authorized'
  | 'redeemed'
  | 'succeeded'
  | 'failed'
  | 'denied'
  | 'blocked'
  | 'lapsed'
  | 'abandoned';

/** A call with everything that the five services' events say of it; no erasable text. */
export interface CallRow extends ViewRow {
  readonly id: string;
  readonly organization: string;
  readonly agent_id: string;
  readonly user_id: string;
  readonly tool_name: string;
  readonly status: CallStatus;
  readonly requested_by: Principal;
  readonly arguments_digest: string;
  readonly tool_definition_hash: string | null;
  readonly intent_id: string | null;
  readonly created_at: string;
  readonly updated_at: string;
  readonly position: number;
  /** When the gateway acts on it if nothing happens, ms since 1970; `null` when nothing is due. */
  readonly deadline: number | null;
  readonly verdict: 'allow' | 'deny' | 'require_approval' | null;
  readonly reasons: readonly Reason[];
  readonly obligations: JsonObject;
  readonly policy_set: string | null;
  readonly risk_score: number | null;
  readonly approval: { readonly state: ApprovalState; readonly expires_at: string } | null;
  /** Position at which people were asked about it. */
  readonly asked: number | null;
  readonly permit: CallPermit | null;
  readonly outcome: CallOutcome | null;
  readonly blocked: { readonly reason: string; readonly kill_switch_id: string | null } | null;
  readonly quota_denied: QuotaDenial | null;
  /** What the narrowest throttle had left after the call; absent where none covers it. */
  readonly rate?: { readonly limit: number; readonly remaining: number };
  /** Positions of the meter's events about this call: they stand in the organization's stream. */
  readonly quota_positions: readonly number[];
}

type ApprovalState = 'waiting' | 'granted' | 'denied' | 'expired' | 'void';

interface CallPermit {
  /** Id of the authorizing event, from which the token is derived. */
  readonly event_id: string;
  readonly position: number;
  /** Of the last event about the call in front of its permit: what has felled it since then makes the permit void. */
  readonly judged_at: number;
  readonly expires_at: string;
  readonly kill_epoch: number;
  readonly redeemed: boolean;
}

interface CallOutcome {
  readonly success: boolean;
  readonly executed: boolean;
  readonly latency_ms: number | null;
  readonly usage: JsonObject | null;
  readonly late: boolean;
  readonly unauthorized: boolean;
  readonly reported_at: string;
  /** Version of the event in the call's stream: its result can be opened. */
  readonly sequence: number;
}

interface QuotaDenial {
  readonly which: QuotaDenied['which'];
  readonly limit: number | null;
  readonly used: number;
  readonly retry_after_ms: number | null;
}

/** Calls of every status; those that wait have their `deadline` in ms since 1970. */
export const callsView: ViewDefinition = {
  name: 'calls.v3',
  columns: { organization: 'text', status: 'text', agent_id: 'text', deadline: 'integer' },
  indexes: [['organization'], ['organization', 'status'], ['organization', 'agent_id'], ['deadline']],
};

/** Nothing further happens to the call by itself. */
export function isEnded(status: CallStatus): boolean {
  return (
    status !== 'evaluating' &&
    status !== 'awaiting_approval' &&
    status !== 'authorized' &&
    status !== 'redeemed'
  );
}

/** A human has said no, or is not asked any more: the call's own end follows at once. */
export function isEnding({ status, approval }: CallRow): boolean {
  return status === 'awaiting_approval' && approval?.state !== 'waiting';
}
