import type { Decider } from '@countersign/event-sourcing';
import type { WorkspaceEvent, WorkspaceRegistered } from './events.ts';

/** Registers a workspace; one that is registered changes nothing. */
export interface RegisterWorkspace {
  readonly kind: 'register';
  readonly workspace: WorkspaceRegistered['data'];
}

/** A workspace as far as its stream decides. */
export type Workspace = { readonly status: 'none' | 'registered' };

/** Registered once. */
export const workspace: Decider<Workspace, RegisterWorkspace, WorkspaceEvent> = {
  initial: { status: 'none' },
  evolve: () => ({ status: 'registered' }),
  decide: (command, { status }) =>
    status === 'none' ? [{ type: 'workspace-registered.v1', data: command.workspace }] : [],
};
