import type { Level, RoleAssignment } from '@countersign/access';
import type { DomainEvent } from '@countersign/event-sourcing';
import type { Actor } from '../toolcall/events.ts';

/** What an agent is registered with; each event of a registration has all of it. */
export interface Registration {
  readonly agent_id: string;
  readonly project: string;
  readonly owner: string;
  readonly acts_for: 'any' | readonly string[];
  readonly session_scope: string | null;
  /** For whom it acts with no more than these roles grant; left out: nobody. */
  readonly bounds?: readonly Bound[] | undefined;
}

/** What who let an agent act for these users held then. */
export interface Bound {
  readonly users: readonly string[];
  readonly roles: readonly RoleAssignment[];
}

/** Personal: display_name. */
type AgentRegistered = DomainEvent<'agent-registered.v1', Registration & { readonly by: Actor }>;

/** Personal: display_name. */
type AgentChanged = DomainEvent<'agent-changed.v1', Registration & { readonly by: Actor }>;

/** Personal: reason. */
type AgentDisabled = DomainEvent<'agent-disabled.v1', { readonly agent_id: string; readonly by: Actor }>;

/** Personal: reason. */
type AgentEnabled = DomainEvent<'agent-enabled.v1', { readonly agent_id: string; readonly by: Actor }>;

/** What the agent may do with work intents that leave it open, and whether its requests always wait for people. */
export interface AccessDefaults {
  readonly default_permission: Level | null;
  readonly approval_required: boolean;
}

type AgentAccessSet = DomainEvent<
  'agent-access-set.v1',
  AccessDefaults & { readonly agent_id: string; readonly by: Actor }
>;

/** The public half of an Ed25519 key. */
export interface PublicKey {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly x: string;
}

/** `key_id`: thumbprint of the key (RFC 7638). */
type AgentSigningKeyAdded = DomainEvent<
  'agent-signing-key-added.v1',
  { readonly agent_id: string; readonly key_id: string; readonly public_key: PublicKey; readonly by: Actor }
>;

type AgentSigningKeyRevoked = DomainEvent<
  'agent-signing-key-revoked.v1',
  { readonly agent_id: string; readonly key_id: string; readonly by: Actor }
>;

/** Everything that the stream of an agent holds. */
export type AgentEvent =
  | AgentRegistered
  | AgentChanged
  | AgentDisabled
  | AgentEnabled
  | AgentAccessSet
  | AgentSigningKeyAdded
  | AgentSigningKeyRevoked;
