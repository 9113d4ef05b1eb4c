import type { DomainEvent, JsonObject } from '@countersign/event-sourcing';

/** Stored events of one tool call. The names and shapes are the storage format: they are versioned, never changed. */

/** Who can hold a key. */
export interface Principal {
  readonly kind: 'user' | 'agent' | 'service';
  readonly id: string;
}

/** Who did something; `system` is Countersign itself. */
export interface Actor {
  readonly kind: 'user' | 'agent' | 'service' | 'system';
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

interface Parties {
  readonly tool_call_id: string;
  readonly agent_id: string;
  readonly user_id: string;
  readonly tool_name: string;
}

/** Personal: reasoning. */
type DecisionMade = DomainEvent<
  'decision-made.v2',
  {
    readonly agent_id: string;
    readonly user_id: string;
    readonly tool_selected: string;
    /** In thousandths. */
    readonly confidence_score: number | null;
    readonly timestamp: string;
  }
>;

/** Personal: arguments, reason. */
export type ToolRequested = DomainEvent<
  'tool-requested.v2',
  Parties & {
    readonly arguments_digest: string;
    /** Keyed digest of the sorted argument names: the shape outlives the erasure of the arguments. */
    readonly arguments_shape: string;
    readonly tool_definition_hash: string | null;
    readonly action: string | null;
    readonly cost_micros: number | null;
    readonly environment: string | null;
    /** In thousandths. */
    readonly confidence_score: number | null;
    readonly session_id: string | null;
    readonly intent_id: string | null;
    readonly requested_by: Principal;
    /** The caller executes itself: redeem in the append that authorizes. Not published. */
    readonly redeem: boolean;
    /** What the announcement itself said of these, so that a repeat is told from another body. Not published. */
    readonly claims: {
      readonly user_id: string | null;
      readonly cost_micros: number | null;
      readonly environment: string | null;
    };
  }
>;

/** The permit. Its token is derived from this event and stands nowhere. */
export type ToolAuthorized = DomainEvent<
  'tool-authorized.v1',
  Parties & {
    readonly arguments_digest: string;
    readonly tool_definition_hash: string;
    readonly policy_set: string;
    readonly obligations: JsonObject;
    readonly expires_at: string;
    readonly kill_epoch: string;
  }
>;

type PermitRedeemed = DomainEvent<
  'permit-redeemed.v1',
  Parties & {
    readonly by: Principal;
    readonly mode: 'self' | 'executor';
    readonly kill_epoch: string;
    /** Time of redemption, from which the outcome is waited for. Not published: it is the event's time. */
    readonly redeemed_at: string;
  }
>;

/** Personal: arguments, result, error. */
type ToolCalled = DomainEvent<
  'tool-called.v1',
  Parties & {
    readonly arguments_digest: string;
    readonly arguments_shape: string;
    readonly latency_ms: number | null;
    readonly success: boolean;
    readonly executed: boolean;
    readonly usage: JsonObject | null;
    readonly late: boolean;
    readonly unauthorized: boolean;
    readonly reported_by: Actor;
  }
>;

type ToolLapsed = DomainEvent<'tool-lapsed.v1', Parties>;

type ToolAbandoned = DomainEvent<'tool-abandoned.v1', Parties>;

type SafetyBlocked = DomainEvent<
  'safety-blocked.v1',
  {
    readonly tool_call_id: string;
    readonly reason: string;
    readonly blocked_action: string;
    readonly user: string;
    readonly context: {
      readonly agent_id: string;
      readonly layer: string;
      readonly rules: readonly string[];
      readonly reasons: readonly Reason[];
      readonly tool_action: string | null;
      readonly environment: string | null;
      readonly kill_switch_id: string | null;
    };
  }
>;

/** Everything that the stream of a tool call holds. */
export type ToolCallEvent =
  | DecisionMade
  | ToolRequested
  | ToolAuthorized
  | PermitRedeemed
  | ToolCalled
  | ToolLapsed
  | ToolAbandoned
  | SafetyBlocked;
