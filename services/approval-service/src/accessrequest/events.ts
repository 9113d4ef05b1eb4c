import type { AclResource, Level, ReviewAnswer, ReviewOutcome } from '@countersign/access';
import type { DomainEvent } from '@countersign/event-sourcing';
import type { Principal } from '../approval/events.ts';

/** Who decided: somebody, or `system` for what the review or a handler decides. */
export interface Actor {
  readonly kind: 'user' | 'agent' | 'service' | 'system';
  readonly id: string;
}

/** Who answers, and by when. */
export interface Review {
  readonly on_request: ReviewAnswer;
  readonly approvers: readonly string[];
  readonly timeout_hours: number;
}

interface Asked {
  readonly request_id: string;
  readonly resource: AclResource;
  readonly principal: Principal;
  readonly requested_permission: Level;
}

/** Personal: reason, capabilities. */
export type AccessRequestOpened = DomainEvent<
  'access-request-opened.v1',
  Asked & {
    readonly review: Review;
    readonly approval_required: boolean;
    readonly handlers: readonly string[];
    readonly timeout_ms: number;
    readonly expires_at: string;
  }
>;

interface Decided extends Asked {
  readonly by: Actor;
  readonly decided_by: ReviewOutcome['by'];
  readonly handlers: readonly string[];
  readonly response_time_ms: number;
}

/** Personal: reason. */
export type AccessRequestApproved = DomainEvent<
  'access-request-approved.v1',
  Decided & {
    readonly permission: Level;
    readonly entry_id: string;
    /** The entry of who approved that this one is of, and ends with; left out: none. */
    readonly parent?: string | null;
    readonly expires_at: string | null;
  }
>;

/** Personal: reason. */
export type AccessRequestDenied = DomainEvent<
  'access-request-denied.v1',
  Decided & { readonly cause: string | null }
>;

type AccessRequestExpired = DomainEvent<'access-request-expired.v1', Asked>;

/** Everything that the stream of a request for access holds. */
export type AccessRequestEvent =
  | AccessRequestOpened
  | AccessRequestApproved
  | AccessRequestDenied
  | AccessRequestExpired;
