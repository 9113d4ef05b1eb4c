import { type AclResource, includesLevel, type Principal } from '@countersign/access';
import { type Problem, problem, routes } from '@countersign/contracts';
import { streamName } from '@countersign/event-sourcing';
import type { CommandHandler } from '@countersign/event-store';
import { isProblem, mount } from '@countersign/http';
import { actorOf, answered, edgeMetadata, type ServiceDependencies } from '@countersign/service';
import type { FastifyInstance } from 'fastify';
import type { RequestRights } from '../accessrequest/rights.ts';
import type { AccessReview, SetReview } from './decide.ts';

interface AccessReviewRouteDependencies {
  readonly service: ServiceDependencies;
  readonly settings: CommandHandler<AccessReview, SetReview, never>;
  readonly rights: (app: FastifyInstance) => RequestRights;
  readonly reached: (position: number) => Promise<unknown> | undefined;
  readonly caughtUp: () => Promise<unknown>;
}

const NO_RESOURCE = problem('not_found', 'there is no such thing, or the caller may not see it');

const OPERATIONS = {
  intent: { get: routes.getIntentAccessReview, put: routes.putIntentAccessReview },
  namespace: { get: routes.getNamespaceAccessReview, put: routes.putNamespaceAccessReview },
} as const;

/** Who answers requests for access to a work intent or namespace: its administrators say. */
export function accessReviewRoutes(app: FastifyInstance, deps: AccessReviewRouteDependencies): void {
  const { service, settings } = deps;
  const rights = deps.rights(app);

  const refusalOf = async (resource: AclResource, principal: Principal): Promise<Problem | null> => {
    await deps.caughtUp();
    const level = rights.held(resource, principal, service.clock.nowMs())?.level ?? null;
    if (includesLevel(level, 'admin')) return null;
    if (level === null) return NO_RESOURCE;
    return problem('forbidden', 'the caller does not administer this', {
      required_permission: 'admin',
      current_permission: level,
    });
  };

  for (const kind of ['intent', 'namespace'] as const) {
    mount(app, OPERATIONS[kind].get, async ({ params, principal }) => {
      const resource = { kind, id: params.id };
      const refused = await refusalOf(resource, principal);
      if (refused) return refused;
      return { status: 200, body: rights.reviewOf(principal.organization, resource) };
    });

    mount(app, OPERATIONS[kind].put, async ({ params, body, principal }) => {
      const resource = { kind, id: params.id };
      const { organization } = principal;
      const refused = await refusalOf(resource, principal);
      if (refused) return refused;
      const handled = await settings.handle(
        streamName('accessreview', `${organization}:${kind}:${params.id}`),
        { data: { resource, ...body, by: actorOf(principal) } },
        edgeMetadata(service, { organization }),
      );
      const answer = await answered(handled, async ({ position }) => {
        await deps.reached(position);
        return { review: rights.reviewOf(organization, resource) };
      });
      return isProblem(answer) ? answer : { status: 200, body: answer.review };
    });
  }
}
