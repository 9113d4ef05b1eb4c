import type { Level } from './level.ts';

/** Who an entry may name. A group stands for its members, whoever they are when it is asked. */
export interface AclPrincipal {
  readonly kind: 'user' | 'agent' | 'service' | 'group';
  readonly id: string;
}

/** What an access list is about, within its organization. */
export interface AclResource {
  readonly kind: 'intent' | 'namespace';
  readonly id: string;
}

/** The right to hand on what an entry grants, never more than it. */
export interface Delegable {
  /** How often it may be handed on from here: 1 is one hop, `null` any number. Never less than 1. */
  readonly maxDepth: number | null;
  /** Ids of the agents that it may be handed on to; left out: any. */
  readonly to?: readonly string[] | undefined;
  /** The most that may be handed on; left out: as much as the entry grants. */
  readonly level?: Level | undefined;
}

/** What one principal may do with the resource, for how long, and by whose grant. */
export interface AclEntry {
  readonly id: string;
  readonly principal: AclPrincipal;
  readonly level: Level;
  readonly delegable: Delegable | null;
  /** The entry that this one was delegated from: it ends with it. `null` for a grant by an administrator. */
  readonly parent: string | null;
  readonly grantedBy: AclPrincipal;
  /** RFC 3339 UTC. */
  readonly grantedAt: string;
  /** RFC 3339 UTC; the entry counts before this moment only. `null` for good. */
  readonly expiresAt: string | null;
}

/** Everything that is granted on one resource. A value: a change makes another one. */
export interface AclState {
  readonly resource: AclResource;
  /** The namespace that a work intent belongs to: its list answers where this one leaves it open. */
  readonly namespace: string | null;
  /** Administers it without an entry. */
  readonly creator: AclPrincipal;
  /** Whether the creator was removed since: who has the id now is somebody else, and administers nothing by it. */
  readonly creatorLeft?: boolean;
  /** What holds for whom no entry names: `defaultLevel`, nothing, or (`null`) what is set elsewhere. */
  readonly defaultPolicy: 'open' | 'closed' | null;
  /** What `open` grants. */
  readonly defaultLevel: Level;
  readonly entries: readonly AclEntry[];
}

/** One name for each principal: an agent, a user and a group may have the same id. */
export function principalKey({ kind, id }: AclPrincipal): string {
  return `${kind}:${id}`;
}

/** Whether somebody administers the list by having made its resource. */
export function isCreator({ creator, creatorLeft }: AclState, principal: AclPrincipal): boolean {
  return !creatorLeft && creator.kind === principal.kind && creator.id === principal.id;
}

/** Whether an entry counts at a moment, whether or not its end has been recorded. */
export function isLive({ expiresAt }: Pick<AclEntry, 'expiresAt'>, atMs: number): boolean {
  return expiresAt === null || Date.parse(expiresAt) > atMs;
}

/** Most entries of one list, delegated ones included: an event that holds a whole list must stay small enough to append. */
export const MAX_ACL_ENTRIES = 1_000;

/** Most agents that one entry may be handed on to, where it names them. */
export const MAX_DELEGATES = 100;

/** Most agents that all entries of one list together name as those that they may be handed on to. */
export const MAX_ACL_DELEGATES = 2_000;
