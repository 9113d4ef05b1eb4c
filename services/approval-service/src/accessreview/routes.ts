import { type AclResource, type Held, includesLevel, type Principal } from '@countersign/access';
import { type Problem, problem, routes } from '@countersign/contracts';
import { streamName } from '@countersign/event-sourcing';
import type { CommandHandler } from '@countersign/event-store';
import { isProblem, mount } from '@countersign/http';
import { actorOf, answered, edgeMetadata, lacksLevel, type ServiceDependencies } from '@countersign/service';
import type { FastifyInstance } from 'fastify';
import type { RequestRights } from '../accessrequest/rights.ts';
import type { AccessReview, SetAccessReview } from './decide.ts';

interface AccessReviewRouteDependencies {
  readonly service: ServiceDependencies;
  readonly settings: CommandHandler<AccessReview, SetAccessReview, 'forbidden'>;
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

  const administered = async (resource: AclResource, principal: Principal): Promise<Held | Problem> => {
    await deps.caughtUp();
    const held = rights.held(resource, principal, service.clock.nowMs());
    const level = held?.level ?? null;
    if (held && includesLevel(level, 'admin')) return held;
    if (level === null) return NO_RESOURCE;
    return lacksLevel(resource, 'admin', level, 'the caller does not administer this');
  };

  for (const kind of ['intent', 'namespace'] as const) {
    mount(app, OPERATIONS[kind].get, async ({ params, principal }) => {
      const resource = { kind, id: params.id };
      const held = await administered(resource, principal);
      if (isProblem(held)) return held;
      return { status: 200, body: rights.reviews.reviewOf(principal.organization, resource) };
    });

    mount(app, OPERATIONS[kind].put, async ({ params, body, principal }) => {
      const resource = { kind, id: params.id };
      const { organization } = principal;
      const held = await administered(resource, principal);
      if (isProblem(held)) return held;
      const handled = await settings.handle(
        streamName('accessreview', `${organization}:${kind}:${params.id}`),
        {
          data: { resource, ...body, by: actorOf(principal) },
          left: rights.reviews.setOn(organization, resource) ?? null,
          isGuest: held.until !== null || held.delegated,
        },
        edgeMetadata(service, { organization }),
      );
      const answer = await answered(handled, async ({ position }) => {
        await deps.reached(position);
        return { review: rights.reviews.reviewOf(organization, resource) };
      });
      return isProblem(answer) ? answer : { status: 200, body: answer.review };
    });
  }
}
