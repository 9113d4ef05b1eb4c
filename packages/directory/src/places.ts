import type { OrganizationCreated, ProjectRegistered, WorkspaceRegistered } from '@countersign/contracts';
import type { Message } from '@countersign/message-bus';

/** The workspace that every organization has: of its own things, and of the projects that nobody has registered. */
export const DEFAULT_WORKSPACE = 'default';

/** Where agents are that name no project, and the calls of agents that nobody has registered. */
export const DEFAULT_PROJECT = 'default';

/** A workspace, `default` among them. */
export interface WorkspaceEntry {
  readonly id: string;
  readonly createdAt: string;
}

/** A project and the workspace that it lies in. */
export interface ProjectEntry extends WorkspaceEntry {
  readonly workspace: string;
  /** The event that put it there; none for `default`, which comes with its organization. */
  readonly message?: Message;
}

/** Where a project, and what is in it, lies. */
export interface ProjectPath {
  readonly organization: string;
  readonly workspace: string;
  readonly project: string;
}

/** Workspaces and projects, folded from control events. */
export interface Places {
  workspace(organization: string, id: string): WorkspaceEntry | undefined;
  /** Sorted by id, as all lists. */
  workspaces(organization: string): WorkspaceEntry[];
  project(organization: string, id: string): ProjectEntry | undefined;
  projects(organization: string): ProjectEntry[];
  /** Where a project lies, also one that nobody has registered. */
  pathOf(organization: string, project: string): ProjectPath;
}

/** What places are folded from. */
export const PLACE_TYPES = ['organization.created', 'workspace.registered', 'project.registered'] as const;

/** Empty; an organization comes with `default` of both. */
export function createPlaces(): Places & { fold(message: Message): void } {
  const workspaces = new Map<string, Map<string, WorkspaceEntry>>();
  const projects = new Map<string, Map<string, ProjectEntry>>();
  const add = <Entry extends WorkspaceEntry>(
    to: Map<string, Map<string, Entry>>,
    organization: string,
    entry: Entry,
  ): void => {
    const entries = to.get(organization) ?? new Map<string, Entry>();
    to.set(organization, entries.set(entry.id, entry));
  };
  const sorted = <Entry extends WorkspaceEntry>(entries: Map<string, Entry> | undefined): Entry[] =>
    [...(entries?.values() ?? [])].sort((a, b) => (a.id < b.id ? -1 : 1));

  return {
    workspace: (organization, id) => workspaces.get(organization)?.get(id),
    workspaces: (organization) => sorted(workspaces.get(organization)),
    project: (organization, id) => projects.get(organization)?.get(id),
    projects: (organization) => sorted(projects.get(organization)),
    pathOf(organization, project) {
      const workspace = projects.get(organization)?.get(project)?.workspace ?? DEFAULT_WORKSPACE;
      return { organization, workspace, project };
    },
    fold(message) {
      const { organization, time: createdAt } = message;
      switch (message.type) {
        case 'organization.created': {
          const { organization_id } = message.data as unknown as OrganizationCreated;
          const project = { id: DEFAULT_PROJECT, workspace: DEFAULT_WORKSPACE, createdAt };
          add(workspaces, organization_id, { id: DEFAULT_WORKSPACE, createdAt });
          add(projects, organization_id, project);
          return;
        }
        case 'workspace.registered': {
          const { workspace_id: id } = message.data as unknown as WorkspaceRegistered;
          add(workspaces, organization, { id, createdAt });
          return;
        }
        case 'project.registered': {
          const { project_id: id, workspace_id: workspace } = message.data as unknown as ProjectRegistered;
          add(projects, organization, { id, workspace, createdAt, message });
        }
      }
    },
  };
}
