import { type Project as ProjectView, problem, routes } from '@countersign/contracts';
import { DEFAULT_WORKSPACE, type Directory, type ProjectEntry } from '@countersign/directory';
import { streamName } from '@countersign/event-sourcing';
import type { CommandHandler } from '@countersign/event-store';
import { mount } from '@countersign/http';
import { actorOf, edgeMetadata, page, type ServiceDependencies } from '@countersign/service';
import type { FastifyInstance } from 'fastify';
import { answeredEverywhere, type ReachedEverywhere } from '../killswitch/reached-everywhere.ts';
import type { Granting } from '../user/granting.ts';
import { liesIn, type Project, type RegisterProject } from './decide.ts';

interface ProjectRouteDependencies {
  readonly service: ServiceDependencies;
  readonly projects: CommandHandler<Project, RegisterProject, 'already_exists'>;
  readonly directory: Directory;
  readonly granting: Granting;
  readonly reached: ReachedEverywhere;
}

const IN_USE = problem(
  'forbidden',
  'there are agents in the project: only who holds every permission of the organization puts it into another workspace',
);

const NOT_FOUND = problem('not_found', 'there is no such project, or the caller may not see it');

/** Serves projects: commands write them, the directory shows them. */
export function projectRoutes(app: FastifyInstance, deps: ProjectRouteDependencies): void {
  const { service, projects, directory } = deps;
  const { edge } = app;
  const view = ({ id, workspace, createdAt }: ProjectEntry): ProjectView => ({
    id,
    workspace,
    created_at: createdAt,
  });

  mount(app, routes.putProject, async ({ params: { id }, body: { workspace }, principal }) => {
    const { organization } = principal;
    if (!directory.workspace(organization, workspace)) {
      const detail = `there is no workspace ${workspace}; register it first`;
      return problem('not_found', detail, { errors: [{ pointer: '/workspace', detail }] });
    }
    const present = directory.project(organization, id);
    if (present?.workspace === workspace) return { status: 200, body: view(present) };
    if (present) return problem('already_exists', liesIn(present.workspace));
    // Roles at the workspace count for the agents that are in the project already: nobody takes them over like this.
    const isInUse = directory.agents(organization).some(({ data }) => data.project === id);
    if (isInUse && workspace !== DEFAULT_WORKSPACE && !deps.granting.holdsEverything(principal))
      return IN_USE;
    const handled = await projects.handle(
      streamName('project', `${organization}:${id}`),
      {
        kind: 'register',
        project: { project_id: id, workspace_id: workspace, by: actorOf(principal) },
      },
      edgeMetadata(service, { organization }),
    );
    return answeredEverywhere(handled, deps.reached, ({ events }) => {
      const entry = directory.project(organization, id);
      if (!entry) return NOT_FOUND;
      return events.length > 0 ? { status: 201, body: view(entry) } : { status: 200, body: view(entry) };
    });
  });

  mount(app, routes.getProject, ({ params: { id }, principal }) => {
    const entry = directory.project(principal.organization, id);
    if (!entry || !edge.allows(principal, 'read', { project: id })) return NOT_FOUND;
    return { status: 200, body: view(entry) };
  });

  mount(app, routes.listProjects, async ({ query, principal }) => {
    const seen = directory
      .projects(principal.organization)
      .filter(({ workspace }) => query.workspace === undefined || workspace === query.workspace)
      .filter(({ id }) => edge.allows(principal, 'read', { project: id }));
    return { status: 200, body: await page(seen, query, ({ id }) => id, view) };
  });
}
