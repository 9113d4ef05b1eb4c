import type { DomainEvent } from '@countersign/event-sourcing';
import type { Actor } from '../toolcall/events.ts';

export interface Registration {
  readonly agent_id: string;
  readonly project: string;
  readonly owner: string;
  readonly acts_for: 'any' | readonly string[];
  readonly session_scope: string | null;
}

/** Personal: display_name. */
export type AgentRegistered = DomainEvent<'agent-registered.v1', Registration & { readonly by: Actor }>;

/** Personal: display_name. */
export type AgentChanged = DomainEvent<'agent-changed.v1', Registration & { readonly by: Actor }>;

/** Personal: reason. */
export type AgentDisabled = DomainEvent<
  'agent-disabled.v1',
  { readonly agent_id: string; readonly by: Actor }
>;

/** Personal: reason. */
export type AgentEnabled = DomainEvent<'agent-enabled.v1', { readonly agent_id: string; readonly by: Actor }>;

export type AgentEvent = AgentRegistered | AgentChanged | AgentDisabled | AgentEnabled;
