import { type Organization as OrganizationView, type Problem, problem, routes } from '@countersign/contracts';
import type { Directory, OrganizationEntry } from '@countersign/directory';
import { streamName } from '@countersign/event-sourcing';
import type { CommandHandler } from '@countersign/event-store';
import { mount } from '@countersign/http';
import { actorOf, edgeMetadata, page, type ServiceDependencies } from '@countersign/service';
import type { FastifyInstance } from 'fastify';
import { answeredEverywhere, type ReachedEverywhere } from '../killswitch/reached-everywhere.ts';
import type { Organization, OrganizationCommand } from './decide.ts';

interface OrganizationRouteDependencies {
  readonly service: ServiceDependencies;
  readonly organizations: CommandHandler<Organization, OrganizationCommand, 'not_found' | 'already_exists'>;
  readonly directory: Directory;
  readonly planExists: (slug: string) => Promise<boolean>;
  readonly defaultPlan: () => string;
  readonly reached: ReachedEverywhere;
  /** Whether what is metered knows the plan that an organization is on. */
  readonly metersReached: (position: number) => Promise<boolean>;
}

/** Serves organizations: commands write them, the directory shows them. */
export function organizationRoutes(app: FastifyInstance, deps: OrganizationRouteDependencies): void {
  const { service, organizations, directory } = deps;

  const view = ({ data, plan, createdAt, updatedAt }: OrganizationEntry): OrganizationView => ({
    id: data.organization_id,
    plan,
    zone: data.zone,
    anchor_day: data.anchor_day,
    created_at: createdAt,
    updated_at: updatedAt,
  });
  const shown = (id: string): OrganizationView | undefined => {
    const entry = directory.organization(id);
    return entry && view(entry);
  };
  const noPlan = (slug: string) => problem('not_found', `there is no plan ${slug}; publish it first`);
  const known = async (position: number): Promise<Problem | null> => {
    const late = await deps.reached(position);
    return late ?? ((await deps.metersReached(position)) ? null : UNMETERED);
  };
  const UNMETERED = problem(
    'unavailable',
    'it is recorded; whether the meters know of it by now is not certain',
  );
  const UNSEEN = problem('unavailable', 'the organization is recorded and can not be shown yet');

  mount(app, routes.createOrganization, async ({ body, principal }) => {
    const { id, plan = deps.defaultPlan(), zone, anchor_day } = body;
    if (!(await deps.planExists(plan))) return noPlan(plan);
    const handled = await organizations.handle(
      streamName('organization', id),
      {
        kind: 'create',
        organization: { organization_id: id, plan, zone, anchor_day, by: actorOf(principal) },
      },
      edgeMetadata(service, { organization: id }),
    );
    return answeredEverywhere(handled, known, () => {
      const created = shown(id);
      return created ? { status: 201, body: created } : UNSEEN;
    });
  });

  mount(app, routes.setOrganizationPlan, async ({ params, body, principal }) => {
    if (!(await deps.planExists(body.plan))) return noPlan(body.plan);
    const handled = await organizations.handle(
      streamName('organization', params.id),
      { kind: 'change-plan', plan: body.plan, by: actorOf(principal) },
      edgeMetadata(service, { organization: params.id }),
    );
    return answeredEverywhere(handled, known, () => {
      const changed = shown(params.id);
      return changed ? { status: 200, body: changed } : UNSEEN;
    });
  });

  mount(app, routes.listOrganizations, async ({ query }) => ({
    status: 200,
    body: await page(directory.organizations(), query, (entry) => entry.data.organization_id, view),
  }));
}
