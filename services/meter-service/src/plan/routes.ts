import { parsePlan } from '@countersign/access';
import { type PlanView, type Problem, problem, routes } from '@countersign/contracts';
import type { PlanCatalog, PlanEntry } from '@countersign/directory';
import { type JsonObject, streamName } from '@countersign/event-sourcing';
import type { CommandHandler, Position } from '@countersign/event-store';
import { judged, mount } from '@countersign/http';
import {
  actorOf,
  answered,
  edgeMetadata,
  fieldErrorOf,
  page,
  type ServiceDependencies,
} from '@countersign/service';
import type { FastifyInstance } from 'fastify';
import type { PublishedPlan, PublishPlan } from './decide.ts';
import { INSTALLATION_ORGANIZATION } from './publish-at-start.ts';
import { uncountedLimits } from './uncounted.ts';

interface PlanRouteDependencies {
  readonly service: ServiceDependencies;
  readonly plans: CommandHandler<PublishedPlan, PublishPlan, never>;
  readonly catalog: PlanCatalog;
  /** Resolves when the catalog has seen the position. */
  readonly reached: (position: Position) => Promise<unknown> | undefined;
  readonly knownEverywhere: KnownEverywhere;
}

/** Waits until a plan holds wherever requests are let in, or says that this is not certain. */
export type KnownEverywhere = (position: Position) => Promise<Problem | null>;

const UNSEEN = problem('unavailable', 'the plan is recorded and can not be shown yet');

/** Serves plans: commands write them, the catalog shows them. */
export function planRoutes(app: FastifyInstance, deps: PlanRouteDependencies): void {
  const { service, plans, catalog } = deps;

  const putPlan = judged(routes.putPlan, ({ written }) => {
    const parsed = parsePlan(written);
    return (parsed.ok ? uncountedLimits(parsed.value) : parsed.problems).map(fieldErrorOf);
  });

  mount(app, putPlan, async ({ params: { slug }, body, principal }) => {
    const entry = body as JsonObject;
    const handled = await plans.handle(
      streamName('plan', slug),
      { kind: 'publish', slug, plan: entry, by: actorOf(principal) },
      edgeMetadata(service, { organization: INSTALLATION_ORGANIZATION }),
    );
    return answered(handled, async ({ position, version, events }) => {
      await deps.reached(position);
      const late = await deps.knownEverywhere(position);
      if (late) return late;
      const shown = catalog.entry(slug);
      if (!shown) return UNSEEN;
      const isNew = events.length > 0 && version === 1;
      return isNew ? { status: 201, body: view(shown) } : { status: 200, body: view(shown) };
    });
  });

  mount(app, routes.getPlan, ({ params }) => {
    const entry = catalog.entry(params.slug);
    return entry ? { status: 200, body: view(entry) } : problem('not_found', 'there is no such plan');
  });

  mount(app, routes.listPlans, async ({ query }) => ({
    status: 200,
    body: await page(catalog.entries(), query, ({ slug }) => slug, view),
  }));
}

function view({ slug, written, updatedAt }: PlanEntry): PlanView {
  return { slug, plan: written, updated_at: updatedAt };
}
