import type { DomainEvent } from '@countersign/event-sourcing';
import type { Actor } from '../toolcall/events.ts';

/** The only event of a workspace. */
export type WorkspaceRegistered = DomainEvent<
  'workspace-registered.v1',
  { readonly workspace_id: string; readonly by: Actor }
>;

/** Everything that the stream of a workspace holds. */
export type WorkspaceEvent = WorkspaceRegistered;
