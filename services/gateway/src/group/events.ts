import type { DomainEvent } from '@countersign/event-sourcing';
import type { Actor, Principal } from '../toolcall/events.ts';

/** Members sorted by kind and id, each once. */
export interface Registration {
  readonly group_id: string;
  readonly members: readonly Principal[];
}

type GroupRegistered = DomainEvent<'group-registered.v1', Registration & { readonly by: Actor }>;

type GroupChanged = DomainEvent<'group-changed.v1', Registration & { readonly by: Actor }>;

type GroupRemoved = DomainEvent<'group-removed.v1', { readonly group_id: string; readonly by: Actor }>;

/** Everything that the stream of a group holds. */
export type GroupEvent = GroupRegistered | GroupChanged | GroupRemoved;
