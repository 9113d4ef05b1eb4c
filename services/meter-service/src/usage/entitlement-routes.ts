import { problem, routes } from '@countersign/contracts';
import type { Directory } from '@countersign/directory';
import { isProblem, mount } from '@countersign/http';
import { storeProblem } from '@countersign/service';
import type { FastifyInstance } from 'fastify';
import type { MeterBooks } from '../meter/books.ts';
import { type PlanInForce, underPlan } from '../meter/plan-in-force.ts';
import { entitlementOf } from './entitlement.ts';
import { missingScope, scopesFor } from './whose.ts';

interface EntitlementRouteDependencies {
  readonly books: MeterBooks;
  readonly planOf: (organization: string) => PlanInForce | null;
  readonly directory: Pick<Directory, 'agent' | 'pathOf'>;
  /** Resolves when every plan that was published up to now is known: it may have been by another instance. */
  readonly knowsPlans: () => Promise<unknown>;
}

const NO_PLAN = problem('unavailable', 'the plan of the organization is not known yet');

/** Answers what a plan allows out of the open book; changes nothing. */
export function entitlementRoutes(app: FastifyInstance, deps: EntitlementRouteDependencies): void {
  mount(app, routes.checkEntitlement, async ({ body, principal }) => {
    const scopes = scopesFor(principal, body, deps.directory);
    if (isProblem(scopes)) return scopes;
    await deps.knowsPlans();
    const checked = await deps.books.run(
      principal.organization,
      async ({ ledger, at }) => {
        const plan = deps.planOf(principal.organization);
        if (plan === null) return NO_PLAN;
        const missing = missingScope(plan, body.key, scopes);
        if (missing !== null) return missing;
        // The plan in force, also where nothing was metered since it changed.
        return { checked: entitlementOf(body, plan, scopes, underPlan(ledger, plan, at), at) };
      },
      'caughtUp',
    );
    if (isProblem(checked)) return checked;
    return 'checked' in checked ? { status: 200, body: checked.checked } : storeProblem(checked.error);
  });
}
