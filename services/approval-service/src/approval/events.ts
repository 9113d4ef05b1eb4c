import type { DomainEvent } from '@countersign/event-sourcing';

/** Who can hold a key. */
export interface Principal {
  readonly kind: 'user' | 'agent' | 'service';
  readonly id: string;
}

/** One reason of one layer. */
export interface Reason {
  readonly layer: string;
  readonly code: string;
  readonly message: string;
  readonly policy?: string | undefined;
  readonly rule?: string | undefined;
}

/** Personal: arguments, reason, reasoning. What the answer is bound to stands here. */
export type ApprovalRequested = DomainEvent<
  'approval-requested.v1',
  {
    readonly tool_call_id: string;
    readonly tool: string;
    readonly arguments_digest: string;
    readonly tool_definition_hash: string;
    /** Absent in events from before work intents. */
    readonly intent_id?: string | null;
    readonly agent_id: string;
    readonly user_id: string;
    readonly agent_owner: string;
    readonly requested_by: Principal;
    readonly policy_set: string;
    readonly reasons: readonly Reason[];
    readonly risks: readonly string[];
    readonly approvers: readonly string[];
    readonly quorum: { readonly needed: number; readonly given: number };
    readonly timeout_ms: number;
    readonly expires_at: string;
    readonly user_response: null;
    readonly response_time_ms: null;
  }
>;

/** Personal: reason. */
type ApprovalVoted = DomainEvent<
  'approval-voted.v1',
  {
    readonly tool_call_id: string;
    readonly by: Principal;
    readonly decision: 'approve' | 'deny';
    readonly arguments_digest: string;
  }
>;

interface Ended {
  readonly tool_call_id: string;
  readonly tool: string;
  /** Users who approved, in the order of their votes. */
  readonly approvers: readonly string[];
}

/** Personal: reason (of the deciding vote). */
type ApprovalGranted = DomainEvent<
  'approval-granted.v1',
  Ended & { readonly user_response: 'approved'; readonly response_time_ms: number }
>;

/** Personal: reason. */
type ApprovalDenied = DomainEvent<
  'approval-denied.v1',
  Ended & { readonly by: Principal; readonly user_response: 'denied'; readonly response_time_ms: number }
>;

type ApprovalExpired = DomainEvent<
  'approval-expired.v1',
  Ended & { readonly user_response: null; readonly response_time_ms: null }
>;

type ApprovalVoided = DomainEvent<
  'approval-voided.v1',
  Ended & { readonly cause: string; readonly user_response: null; readonly response_time_ms: null }
>;

/** Everything that the stream of an approval holds. */
export type ApprovalEvent =
  | ApprovalRequested
  | ApprovalVoted
  | ApprovalGranted
  | ApprovalDenied
  | ApprovalExpired
  | ApprovalVoided;
