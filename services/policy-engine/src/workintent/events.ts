import type { ContextPart } from '@countersign/access';
import type { DomainEvent } from '@countersign/event-sourcing';
import type { GovernanceEvent, GovernancePolicy } from '../governance/events.ts';
import type { LeaseEvent } from '../lease/events.ts';
import type { Actor } from '../policy/events.ts';

/** OpenIntent's. */
export type Status = 'draft' | 'active' | 'blocked' | 'completed' | 'abandoned';

/** Personal: title, description, constraints, state. */
export type WorkIntentCreated = DomainEvent<
  'work-intent-created.v1',
  {
    readonly intent_id: string;
    readonly namespace: string | null;
    readonly parent_intent_id: string | null;
    readonly depends_on: readonly string[];
    /** Whether its access list began with that of its parent; older events do not say. */
    readonly inherit_access?: boolean;
    readonly governance_policy?: GovernancePolicy;
    readonly by: Actor;
  }
>;

/** `version`: after it. Personal: patches, state (the whole of it afterwards). */
type WorkIntentStateChanged = DomainEvent<
  'work-intent-state-changed.v1',
  { readonly intent_id: string; readonly version: number; readonly by: Actor }
>;

/** Personal: reason. */
type WorkIntentStatusChanged = DomainEvent<
  'work-intent-status-changed.v1',
  {
    readonly intent_id: string;
    readonly version: number;
    readonly from: Status;
    readonly to: Status;
    /** The approvals that a completion rests on, where the policy asks for any. */
    readonly approvals?: readonly string[];
    readonly by: Actor;
  }
>;

/** Personal: payload, trace_id, parent_event_id. */
type WorkIntentEventLogged = DomainEvent<
  'work-intent-event-logged.v1',
  { readonly intent_id: string; readonly event_type: string; readonly by: Actor }
>;

/** `parts`: of mode `parts`, else none. Personal: inject (names of entries of the state; of mode `inject`, else none). */
export type WorkIntentContextSet = DomainEvent<
  'work-intent-context-set.v1',
  {
    readonly intent_id: string;
    readonly mode: 'auto' | 'none' | 'parts' | 'inject';
    readonly parts: readonly ContextPart[];
    readonly by: Actor;
  }
>;

/** Everything that the stream of a work intent holds. */
export type WorkIntentEvent =
  | WorkIntentCreated
  | WorkIntentStateChanged
  | WorkIntentStatusChanged
  | WorkIntentEventLogged
  | WorkIntentContextSet
  | GovernanceEvent
  | LeaseEvent;
