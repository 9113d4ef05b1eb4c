import { controlsHash, type Plan, parseRoles, rolesHash } from '@countersign/access';
import { type AccessControlsView, problem, type RoleCatalogView, routes } from '@countersign/contracts';
import type { Directory, PlanCatalog } from '@countersign/directory';
import type { CommandHandler, Position } from '@countersign/event-store';
import { judged, mount } from '@countersign/http';
import { actorOf, fieldErrorOf, type ServiceDependencies } from '@countersign/service';
import type { FastifyInstance } from 'fastify';
import { answeredEverywhere, type ReachedEverywhere } from '../killswitch/reached-everywhere.ts';
import { ROLE_CATALOG, rolesMetadata } from './apply-at-start.ts';
import { controlsOf, rolesSource, type SourcedControls } from './controls.ts';
import type { AppliedRoles, ApplyRoleCatalog } from './decide.ts';

interface RoleCatalogRouteDependencies {
  readonly service: ServiceDependencies;
  readonly roleCatalogs: CommandHandler<AppliedRoles, ApplyRoleCatalog, never>;
  readonly directory: Directory;
  readonly plans: PlanCatalog;
  /** Up to where directory and plans are folded. */
  readonly knownUpTo: () => Position;
  readonly controlsAt: (at: Position) => Promise<SourcedControls>;
  readonly reached: ReachedEverywhere;
}

/** Serves the roles in force and publishes others. */
export function roleCatalogRoutes(app: FastifyInstance, deps: RoleCatalogRouteDependencies): void {
  const { service, directory, plans } = deps;

  const rolesView = (): RoleCatalogView => {
    const roles = directory.roleRights().catalog;
    return { source: rolesSource(directory), hash: rolesHash(roles), roles };
  };

  mount(app, routes.getAccessControls, async ({ query }) => {
    const now = deps.knownUpTo();
    const at = query.at === undefined ? now : Number(query.at);
    if (!Number.isSafeInteger(at) || at < 0 || at > now) {
      const errors = [
        { pointer: '/query/at', detail: `must be a position up to ${now}, where the ledger is` },
      ];
      return problem('invalid_request', 'nothing is known of this position', { errors });
    }
    return {
      status: 200,
      body: view(at, query.at === undefined ? controlsOf(directory, plans) : await deps.controlsAt(at)),
    };
  });

  mount(app, routes.getRoles, () => ({ status: 200, body: rolesView() }));

  const putRoles = judged(routes.putRoles, ({ written }) => {
    const parsed = parseRoles(written);
    return parsed.ok ? [] : parsed.problems.map(fieldErrorOf);
  });

  mount(app, putRoles, async ({ body, principal }) => {
    const parsed = parseRoles(body);
    if (!parsed.ok) throw new Error(`roles that were judged good are not: ${parsed.problems[0]?.pointer}`);
    const handled = await deps.roleCatalogs.handle(
      ROLE_CATALOG,
      { kind: 'apply', source: 'api', roles: parsed.value, by: actorOf(principal) },
      rolesMetadata(service),
    );
    return answeredEverywhere(handled, deps.reached, () => ({ status: 200, body: rolesView() }));
  });
}

function view(at: Position, { controls, sources }: SourcedControls): AccessControlsView {
  const plans = Object.fromEntries([...controls.plans].map(([slug, plan]) => [slug, asEntry(plan)]));
  return {
    position: String(at),
    hash: controlsHash(controls),
    sources,
    default_plan: controls.defaultPlan,
    plans,
    roles: controls.roles as AccessControlsView['roles'],
  };
}

/** A plan in normal form is an entry of the grammar. */
function asEntry(plan: Plan): AccessControlsView['plans'][string] {
  return plan as AccessControlsView['plans'][string];
}
