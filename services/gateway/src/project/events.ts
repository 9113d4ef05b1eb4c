import type { DomainEvent } from '@countersign/event-sourcing';
import type { Actor } from '../toolcall/events.ts';

/** The only event of a project. */
export type ProjectRegistered = DomainEvent<
  'project-registered.v1',
  { readonly project_id: string; readonly workspace_id: string; readonly by: Actor }
>;

/** Everything that the stream of a project holds. */
export type ProjectEvent = ProjectRegistered;
