import { problem, routes, type Workspace as WorkspaceView } from '@countersign/contracts';
import type { Directory, WorkspaceEntry } from '@countersign/directory';
import { streamName } from '@countersign/event-sourcing';
import type { CommandHandler } from '@countersign/event-store';
import { mount } from '@countersign/http';
import { actorOf, edgeMetadata, page, type ServiceDependencies } from '@countersign/service';
import type { FastifyInstance } from 'fastify';
import { answeredEverywhere, type ReachedEverywhere } from '../killswitch/reached-everywhere.ts';
import type { RegisterWorkspace, Workspace } from './decide.ts';

interface WorkspaceRouteDependencies {
  readonly service: ServiceDependencies;
  readonly workspaces: CommandHandler<Workspace, RegisterWorkspace, never>;
  readonly directory: Directory;
  readonly reached: ReachedEverywhere;
}

const NOT_FOUND = problem('not_found', 'there is no such workspace');

/** Serves workspaces: commands write them, the directory shows them. */
export function workspaceRoutes(app: FastifyInstance, deps: WorkspaceRouteDependencies): void {
  const { service, workspaces, directory } = deps;
  const view = ({ id, createdAt }: WorkspaceEntry): WorkspaceView => ({ id, created_at: createdAt });

  mount(app, routes.putWorkspace, async ({ params: { id }, principal }) => {
    const { organization } = principal;
    const present = directory.workspace(organization, id);
    if (present) return { status: 200, body: view(present) };
    const handled = await workspaces.handle(
      streamName('workspace', `${organization}:${id}`),
      { kind: 'register', workspace: { workspace_id: id, by: actorOf(principal) } },
      edgeMetadata(service, { organization }),
    );
    return answeredEverywhere(handled, deps.reached, ({ events }) => {
      const entry = directory.workspace(organization, id);
      if (!entry) return NOT_FOUND;
      return events.length > 0 ? { status: 201, body: view(entry) } : { status: 200, body: view(entry) };
    });
  });

  mount(app, routes.getWorkspace, ({ params, principal }) => {
    const entry = directory.workspace(principal.organization, params.id);
    return entry ? { status: 200, body: view(entry) } : NOT_FOUND;
  });

  mount(app, routes.listWorkspaces, async ({ query, principal }) => ({
    status: 200,
    body: await page(directory.workspaces(principal.organization), query, ({ id }) => id, view),
  }));
}
