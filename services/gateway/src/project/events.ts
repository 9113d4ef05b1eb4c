import type { DomainEvent } from '@countersign/event-sourcing';
import type { Actor } from '../toolcall/events.ts';

export type ProjectRegistered = DomainEvent<
  'project-registered.v1',
  { readonly project_id: string; readonly workspace_id: string; readonly by: Actor }
>;

export type ProjectEvent = ProjectRegistered;
