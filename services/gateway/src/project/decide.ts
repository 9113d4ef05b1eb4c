import { type Decider, type Rejection, reject } from '@countersign/event-sourcing';
import type { ProjectEvent, ProjectRegistered } from './events.ts';

/** Puts a project into a workspace, where it stays: roles that are held there count for what is in it. */
export interface RegisterProject {
  readonly kind: 'register';
  readonly project: ProjectRegistered['data'];
}

/** A project as far as its stream decides. */
export type Project =
  | { readonly status: 'none' }
  | { readonly status: 'registered'; readonly workspace: string };

function decide(
  { project }: RegisterProject,
  state: Project,
): readonly ProjectEvent[] | Rejection<'already_exists'> {
  if (state.status === 'none') return [{ type: 'project-registered.v1', data: project }];
  if (state.workspace === project.workspace_id) return [];
  return reject('already_exists', liesIn(state.workspace));
}

/** Why a project can't be registered in another workspace. */
export function liesIn(workspace: string): string {
  return `the project lies in the workspace ${workspace}, and stays there`;
}

/** Registered once, for it never moves. */
export const project: Decider<Project, RegisterProject, ProjectEvent, 'already_exists'> = {
  initial: { status: 'none' },
  evolve: (_state, { data }) => ({ status: 'registered', workspace: data.workspace_id }),
  decide,
};
