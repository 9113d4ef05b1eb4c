import type { DomainEvent } from '@countersign/event-sourcing';
import type { Actor } from '../toolcall/events.ts';

export type WorkspaceRegistered = DomainEvent<
  'workspace-registered.v1',
  { readonly workspace_id: string; readonly by: Actor }
>;

export type WorkspaceEvent = WorkspaceRegistered;
