import type { DomainEvent } from '@countersign/event-sourcing';
import type { Actor } from '../policy/events.ts';

/** What somebody has set for one work intent, in OpenIntent's words; what is left out is as in `DEFAULT_POLICY`. */
export interface GovernancePolicy {
  readonly completion_mode?: 'auto' | 'require_approval' | 'quorum' | undefined;
  readonly write_scope?: 'any' | 'assigned_only' | undefined;
  /** How many of the assigned agents a quorum takes: more than 0, at most 1. */
  readonly quorum_threshold?: number | undefined;
  /** Ids of the agents that may write; none: whoever the access list lets. */
  readonly allowed_agents?: readonly string[] | undefined;
  readonly max_cost?: number | null | undefined;
  readonly require_status_reason?: boolean | undefined;
}

/** Which rule of a policy a change breaks, as OpenIntent names them. */
export type GovernanceRule =
  | 'write_scope'
  | 'allowed_agents'
  | 'require_status_reason'
  | 'completion_mode'
  | 'max_cost';

/** `version`: of the work intent after it. `policy`: `null` where it was taken away. */
export type GovernanceSet = DomainEvent<
  'work-intent-governance-set.v1',
  {
    readonly intent_id: string;
    readonly version: number;
    readonly policy: GovernancePolicy | null;
    readonly by: Actor;
  }
>;

/** Nothing was changed. */
export type GovernanceViolated = DomainEvent<
  'work-intent-governance-violated.v1',
  { readonly intent_id: string; readonly rule: GovernanceRule; readonly detail: string; readonly by: Actor }
>;

/** Personal: reason, context. */
export type ApprovalRequested = DomainEvent<
  'work-intent-approval-requested.v1',
  { readonly intent_id: string; readonly approval_id: string; readonly action: string; readonly by: Actor }
>;

interface Decided {
  readonly intent_id: string;
  readonly approval_id: string;
  readonly action: string;
  readonly requested_by: Actor;
  readonly by: Actor;
}

/** Somebody who administers the work intent said yes or no. */
export type ApprovalDecided =
  | DomainEvent<'work-intent-approval-granted.v1', Decided>
  | DomainEvent<'work-intent-approval-denied.v1', Decided>;

/** Personal: metadata. */
export type CostRecorded = DomainEvent<
  'work-intent-cost-recorded.v1',
  {
    readonly intent_id: string;
    readonly cost_id: string;
    readonly cost_type: string;
    readonly amount: number;
    readonly unit: string;
    readonly provider: string | null;
    readonly by: Actor;
  }
>;

/** What governance adds to the stream of a work intent. */
export type GovernanceEvent =
  | GovernanceSet
  | GovernanceViolated
  | ApprovalRequested
  | ApprovalDecided
  | CostRecorded;
